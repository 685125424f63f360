// Deleted records that are kept: they end when their time is over, and change keys like every other row.
#include "jobs/recycle_bin.hpp"

#include "jobs/jobs_vault.hpp"
#include "jobs/key_scene.hpp"
#include "messages/sender.hpp"
#include "storage/index_key.hpp"
#include "vault/verify_store.hpp"

namespace recycle_bin_test {

using namespace rookery;
using namespace rookery::jobs;
using namespace std::chrono_literals;
using messages::JobStatus;
using rookery::test::code;
using rookery::test::CountingJob;
using rookery::test::JobsVault;
using rookery::test::Kept;
using rookery::test::KeyScene;
using rookery::test::TestVault;
using rookery::test::value;

namespace {

constexpr std::string_view application = "msdyn_octwitterapplication";
constexpr std::chrono::days week{7};

/// The engine removes files when it comes to it.
messages::JobRow end_of(JobsVault& jobs, const Uuid& job) {
    const auto until = std::chrono::steady_clock::now() + 60s;
    const auto is_over = [&] {
        const auto status = jobs.row(job).status;
        return status == JobStatus::succeeded || status == JobStatus::failed;
    };
    while (!is_over() && std::chrono::steady_clock::now() < until) {
        jobs.turns(40);
        jobs.steady += 5s;
    }
    return jobs.row(job);
}

struct Ending {
    JobsVault jobs{std::make_unique<CountingJob>(1)};

    Ending() { keep_deleted(week); }

    void keep_deleted(std::chrono::days time) {
        jobs.runner.reset();
        jobs.vault.keep_deleted(time);
        jobs.run(std::make_unique<RecycleBin>(jobs.vault.vault(), jobs.caller()));
    }

    Uuid make_and_remove() {
        const auto id = jobs.vault.create(application, std::pair{"msdyn_name", std::string("app")});
        REQUIRE(test::system_of(jobs.vault).remove(application, id));
        return id;
    }

    messages::JobRow run() { return end_of(jobs, jobs.start(std::string(recycle_bin_job))); }

    std::uint64_t kept() {
        const auto report = value(messages::verify_store(jobs.vault.vault()));
        for (const auto& one : report.findings) UNSCOPED_INFO(one.place << ": " << one.what);
        CHECK(report.ok());
        return report.kept;
    }
};

/// A record with a token in the bin of a vault whose jobs change keys.
struct KeptTokens : KeyScene {
    Uuid record;

    explicit KeptTokens(Kept kept = Kept::in_memory) : KeyScene(kept) {
        jobs.runner.reset();
        jobs.vault.keep_deleted(messages::bin_keep_max);
        offer();
        record = make("app");
        REQUIRE(test::system_of(jobs.vault)
                    .update(
                        application,
                        record,
                        std::pair<std::string_view, SecretBytes>{
                            secret, SecretBytes::copy_of(std::string_view("another secret"))}
                    ));
        REQUIRE(test::system_of(jobs.vault).remove(application, record));
    }

    void offer_bin() { jobs.run(std::make_unique<RecycleBin>(jobs.vault.vault(), jobs.caller())); }

    /// Of the record and of what was its token before.
    std::vector<std::string> wrapped_keys() {
        std::vector<std::string> out;
        const auto view = jobs.vault.vault().view();
        for (const auto* table : {schema::table(application), &schema::known::rky_tokenversion}) {
            const auto rows =
                view.store()->scan(storage::all_rows(*table), storage::Order::ascending);
            for (; rows->valid(); rows->next()) {
                const auto stored = value(storage::decode(
                    *table, storage::id_of(rows->key()), rows->value(), view.keys().authenticator
                ));
                const auto* row = storage::row_of(stored);
                if (row == nullptr || row->wrapped_dek.empty()) continue;
                out.emplace_back(text_of(row->wrapped_dek));
            }
        }
        return out;
    }

    void restore() {
        messages::Restore message;
        message.target = TestVault::target(application, record);
        REQUIRE(jobs.vault.run<messages::RestoreReply>(
            jobs.vault.vault().system(), messages::Message{std::move(message)}
        ));
    }
};

}  // namespace

TEST_CASE("deleted records end when their time is over, and none before", "[jobs]") {
    Ending scene;
    scene.make_and_remove();
    scene.jobs.vault.clock().advance(std::chrono::days{3});
    scene.make_and_remove();
    CHECK(scene.run().status == JobStatus::succeeded);
    CHECK(scene.kept() == 2);
    scene.jobs.vault.clock().advance(std::chrono::days{4});
    const auto ended = scene.run();
    CHECK(ended.status == JobStatus::succeeded);
    CHECK(ended.progress.done == 1);
    CHECK(scene.kept() == 1);
    scene.jobs.vault.clock().advance(std::chrono::days{3});
    CHECK(scene.run().progress.done == 1);
    CHECK(scene.kept() == 0);
    CHECK(scene.run().progress.done == 0);
}

TEST_CASE("more deleted records than one message takes end all the same", "[jobs]") {
    Ending scene;
    const auto count = 2 * messages::end_deleted_max + 3;
    for (std::size_t i = 0; i < count; ++i) scene.make_and_remove();
    scene.jobs.vault.clock().advance(week);
    const auto ended = scene.run();
    CHECK(ended.status == JobStatus::succeeded);
    CHECK(ended.progress.done == count);
    CHECK(scene.kept() == 0);
}

TEST_CASE("once nothing is kept any more, what lies there ends", "[jobs]") {
    Ending scene;
    scene.make_and_remove();
    scene.keep_deleted(std::chrono::days{0});
    CHECK(scene.run().progress.done == 1);
    CHECK(scene.kept() == 0);
}

TEST_CASE("a deleted record that somebody changed on the disk is found and left alone", "[jobs]") {
    Ending scene;
    const auto damaged = scene.make_and_remove();
    scene.make_and_remove();
    const auto key = storage::row_key({schema::table(application)->id, damaged});
    auto& store = *scene.jobs.vault.vault().parts().store;
    auto bytes = *value(store.view()->get(storage::Family::rows, key));
    bytes[30] = static_cast<char>(bytes[30] ^ 1);
    {
        const auto commit = store.begin();
        commit->put(storage::Family::rows, key, bytes);
        REQUIRE(commit->write());
    }
    scene.jobs.vault.create(application, std::pair{"msdyn_name", std::string("published")});
    scene.jobs.vault.clock().advance(week);
    const auto ended = scene.run();
    CHECK(ended.status == JobStatus::failed);
    CHECK(ended.progress.findings == 1);
    CHECK(ended.progress.done == 1);
}

TEST_CASE("what ended is in no file of the store, wherever the job was cut off", "[jobs][slow]") {
    for (const int turns : {1, 3, 5}) {
        KeptTokens scene(Kept::on_disk);
        const auto keys = scene.wrapped_keys();
        REQUIRE(keys.size() == 2);
        scene.make("other");
        scene.jobs.vault.clock().advance(messages::bin_keep_max);
        CHECK(scene.jobs.found_in_files(keys) == 2);
        scene.offer_bin();
        const auto job = scene.jobs.start(std::string(recycle_bin_job));
        for (int i = 0; i < 2; ++i) {
            scene.jobs.turns(turns);
            scene.crash();
            scene.offer_bin();
        }
        CHECK(end_of(scene.jobs, job).status == JobStatus::succeeded);
        CHECK(scene.jobs.found_in_files(keys) == 0);
        CHECK(scene.wrapped_keys().size() == 1);
        scene.check_store();
    }
}

TEST_CASE("the job goes on from no cursor but its own", "[jobs]") {
    Ending scene;
    RecycleBin job(scene.jobs.vault.vault(), scene.jobs.caller());
    const auto goes_on = [&](const std::string& cursor) {
        messages::JobProgress at;
        at.cursor = cursor;
        StepBudget budget(10, [] { return false; });
        return job.step(scene.jobs.vault.vault(), at, budget).has_value();
    };
    const auto own = std::to_string(schema::table(application)->id);
    CHECK(goes_on(""));
    CHECK(goes_on("look 0 0 - -"));
    CHECK(goes_on("end 7 0 " + own + " 00"));
    const auto users = std::to_string(schema::table("systemuser")->id);
    for (const auto& text :
         {std::string("look"),
          std::string("elsewhere 0 0 - -"),
          std::string("end x 0 - -"),
          std::string("end 0 -1 - -"),
          std::string("end 0 0 - zz"),
          "end 0 0 " + users + " -",
          "end 0 0 " + own + "+ -",
          std::string("end 0 0 99999999 -")}) {
        INFO(text);
        CHECK_FALSE(goes_on(text));
    }
}

TEST_CASE("a rotation brings the data keys of deleted records under the new key", "[jobs]") {
    KeptTokens scene;
    CHECK(scene.census() == std::map<std::uint32_t, std::size_t>{{1, 1}});
    scene.rotate();
    CHECK(scene.census() == std::map<std::uint32_t, std::size_t>{{2, 1}});
    scene.check_store();
    scene.restore();
    CHECK(scene.token(scene.record) == "another secret");
    scene.check_store();
}

TEST_CASE("a re-key gives deleted records fresh data keys and tags", "[jobs]") {
    KeptTokens scene;
    const auto before = scene.bytes(scene.record);
    REQUIRE(scene.finish(scene.start_data_rekey()).status == JobStatus::succeeded);
    const auto after = scene.bytes(scene.record);
    CHECK(before != after);
    CHECK(value(storage::stored_kind(after)) == crypto::RowKind::kept);
    REQUIRE(scene.finish(scene.start_row_rekey()).status == JobStatus::succeeded);
    CHECK(scene.row_census().size() == 1);
    scene.check_store();
    scene.restore();
    CHECK(scene.token(scene.record) == "another secret");
    scene.check_store();
}

}  // namespace recycle_bin_test
