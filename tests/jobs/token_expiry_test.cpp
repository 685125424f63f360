// Versions of tokens that are past their time end although nobody writes their records.
#include "jobs/token_expiry.hpp"

#include "audit/log_reader.hpp"
#include "jobs/jobs_vault.hpp"
#include "jobs/token_expiry_cursor.hpp"
#include "messages/sender.hpp"
#include "messages/token_history.hpp"
#include "schema/token_history.hpp"
#include "storage/row_codec.hpp"
#include "vault/verify_store.hpp"

namespace token_expiry_test {

using namespace rookery;
using namespace rookery::jobs;
using namespace std::chrono_literals;
using messages::JobStatus;
using rookery::test::CountingJob;
using rookery::test::JobsVault;
using rookery::test::Kept;
using rookery::test::TestVault;
using rookery::test::value;
using schema::known::rky_tokenversion;

namespace {

constexpr std::string_view application = "msdyn_octwitterapplication";
constexpr std::string_view secret = "msdyn_securetwitterconsumersecret";

struct Expiry {
    explicit Expiry(Kept kept = Kept::in_memory)
        : jobs(std::make_unique<CountingJob>(1), {}, kept) {
        auto& vault = jobs.vault;
        const auto profile =
            vault.create("fieldsecurityprofile", std::pair{"name", std::string("write")});
        vault.create(
            "fieldpermission",
            std::pair{"fieldsecurityprofileid", TestVault::target("fieldsecurityprofile", profile)},
            std::pair{"entityname", std::string(application)},
            std::pair{"attributelogicalname", std::string(secret)},
            std::pair{"cancreate", std::int64_t{4}},
            std::pair{"canupdate", std::int64_t{4}}
        );
        vault.associate("systemuserprofiles_association", messages::system_user, profile);
        offer();
    }

    void offer() { jobs.run(std::make_unique<TokenExpiry>(jobs.vault.vault(), jobs.caller())); }

    /// With so many versions before the present one.
    Uuid make(int versions) {
        const auto id = jobs.vault.create(
            application,
            std::pair{"msdyn_name", std::string("app")},
            std::pair{secret, SecretBytes::copy_of(std::string_view("first"))}
        );
        for (int i = 0; i < versions; ++i) rotate(id, "token " + std::to_string(i));
        return id;
    }

    void rotate(const Uuid& id, const std::string& to) {
        auto system = test::system_of(jobs.vault);
        REQUIRE(system.update(
            application,
            id,
            std::pair<std::string_view, SecretBytes>{secret, SecretBytes::copy_of(to)}
        ));
    }

    void keep_versions(std::size_t most) {
        jobs.vault.tokens().keep_versions = most;
        jobs.runner.reset();
        REQUIRE(jobs.vault.reopen());
        offer();
    }

    /// As after kill -9.
    void crash() {
        jobs.runner.reset();
        REQUIRE(jobs.vault.reopen());
        offer();
    }

    Uuid start() { return jobs.start(std::string(token_expiry_job)); }

    /// What has to wait for the engine to delete a file waits by the clock of the steps.
    /// The engine removes files when it comes to it.
    messages::JobRow end_of(const Uuid& job) {
        const auto until = std::chrono::steady_clock::now() + 60s;
        while (!is_over(job) && std::chrono::steady_clock::now() < until) {
            jobs.turns(40);
            jobs.steady += 5s;
        }
        return jobs.row(job);
    }

    bool is_over(const Uuid& job) {
        const auto status = jobs.row(job).status;
        return status == JobStatus::succeeded || status == JobStatus::failed;
    }

    messages::JobRow run() { return end_of(start()); }

    struct Stored {
        std::size_t rows = 0;
        std::vector<std::string> wrapped;  // data keys of those that hold a token
    };

    Stored stored() {
        Stored out;
        const auto view = jobs.vault.vault().view();
        const auto cursor =
            view.store()->scan(storage::all_rows(rky_tokenversion), storage::Order::ascending);
        for (; cursor->valid(); cursor->next()) {
            const auto row = value(storage::decode(
                rky_tokenversion,
                storage::id_of(cursor->key()),
                cursor->value(),
                view.keys().authenticator
            ));
            const auto* live = std::get_if<storage::Row>(&row);
            if (live == nullptr) continue;
            ++out.rows;
            if (!live->wrapped_dek.empty()) out.wrapped.emplace_back(text_of(live->wrapped_dek));
        }
        return out;
    }

    messages::TokenVersionsReply list(const Uuid& id) {
        return jobs.vault.run_as_system<messages::TokenVersionsReply>(
            messages::RetrieveTokenVersions{TestVault::target(application, id)}
        );
    }

    void check_store() {
        const auto report = value(messages::verify_store(jobs.vault.vault()));
        std::string words;
        for (const auto& one : report.findings) words += one.place + ": " + one.what + "\n";
        INFO(words);
        CHECK(report.ok());
    }

    JobsVault jobs;
};

}  // namespace

TEST_CASE("a cursor of the ends of versions comes back, and no other text is one", "[jobs]") {
    const auto cursor = GENERATE(
        TokenExpiryCursor{},
        TokenExpiryCursor{TokenExpiryPhase::end, 17, 0, std::string("\0k", 2)},
        TokenExpiryCursor{TokenExpiryPhase::forget, UINT64_MAX, 12, {}}
    );
    CHECK(value(parse_token_expiry_cursor(to_text(cursor))) == cursor);
    CHECK(value(parse_token_expiry_cursor("")) == TokenExpiryCursor{});
    for (const std::string text :
         {"look",
          "look 0 0",
          "look 0 0 - -",
          "elsewhere 0 0 -",
          "look x 0 -",
          "end 0 -1 -",
          "end 0 0 zz",
          "end 0 0 "}) {
        INFO(text);
        CHECK_FALSE(parse_token_expiry_cursor(text));
    }
}

TEST_CASE("versions past their days end, and when the present tokens were set stays", "[jobs]") {
    Expiry scene;
    const auto old = scene.make(3);
    const auto without = scene.make(0);
    scene.jobs.vault.clock().advance(std::chrono::days{91});
    const auto young = scene.make(2);
    const auto before = scene.list(old);
    const auto ended = scene.run();
    CHECK(ended.status == JobStatus::succeeded);
    CHECK(ended.progress.done == 3);
    CHECK(ended.progress.total == 3);
    // Of the old record one row is left, which says when its tokens were set, and holds none.
    CHECK(scene.stored().rows == 3);
    CHECK(scene.stored().wrapped.size() == 2);
    const auto after = scene.list(old);
    REQUIRE(after.versions.size() == 1);
    CHECK(after.versions[0].set.number == before.versions[0].set.number);
    CHECK(after.versions[0].set.on == before.versions[0].set.on);
    CHECK(after.versions[0].set.by == before.versions[0].set.by);
    CHECK(scene.list(young).versions.size() == 3);
    CHECK(scene.list(without).versions.size() == 1);
    scene.check_store();

    // Once is enough; and the next write takes the row that was left.
    CHECK(scene.run().progress.total == 0);
    scene.rotate(old, "fresh");
    CHECK(scene.stored().rows == 3);
    CHECK(scene.stored().wrapped.size() == 3);
    scene.check_store();
}

TEST_CASE("versions that are too many end, the newest stay", "[jobs]") {
    Expiry scene;
    const auto id = scene.make(9);
    scene.keep_versions(4);
    CHECK(scene.run().progress.done == 5);
    CHECK(scene.stored().wrapped.size() == 4);
    const auto list = scene.list(id);
    REQUIRE(list.versions.size() == 5);
    CHECK(list.versions.back().set.number == 6);
    scene.check_store();
}

TEST_CASE("each version that ends is on the log, with its record and number", "[jobs]") {
    Expiry scene;
    const auto id = scene.make(2);
    scene.jobs.vault.clock().advance(std::chrono::days{91});
    const auto from = scene.jobs.vault.vault().view().snapshot().log_size;
    CHECK(scene.run().status == JobStatus::succeeded);
    const auto view = scene.jobs.vault.vault().view();
    const auto reader = value(audit::LogReader::open(view.store(), &view.keys().details));
    std::vector<std::pair<audit::Action, std::uint64_t>> told;
    for (auto index = from; index < reader.size(); ++index) {
        const auto event = value(reader.read(index, audit::Sections::core)).event;
        if (event.table != rky_tokenversion.name) continue;
        CHECK(event.actor.id == to_string(messages::jobs_user));
        CHECK(event.message == "rky_EndTokenVersions");
        std::uint64_t number = 0;
        for (const auto& [key, what] : event.extras) {
            if (key == "token-version") number = std::get<std::uint64_t>(what);
            if (key == "from-record") CHECK(std::get<std::string>(what) == to_string(id));
        }
        told.emplace_back(event.action, number);
    }
    using audit::Action;
    CHECK(
        told ==
        std::vector<std::pair<Action, std::uint64_t>>{{Action::remove, 1}, {Action::update, 2}}
    );
}

TEST_CASE("a record that is written meanwhile keeps the version that it gets", "[jobs]") {
    Expiry scene;
    scene.jobs.options.step_units = 1;
    scene.offer();
    std::vector<Uuid> records;
    for (int i = 0; i < 8; ++i) records.push_back(scene.make(2));
    scene.jobs.vault.clock().advance(std::chrono::days{91});
    const auto job = scene.start();
    for (const auto& id : records) {
        scene.jobs.turns(2);
        scene.rotate(id, "fresh");
    }
    CHECK(scene.end_of(job).status == JobStatus::succeeded);
    CHECK(scene.stored().wrapped.size() == 8);
    for (const auto& id : records) CHECK(scene.list(id).versions.size() == 2);
    scene.check_store();
}

TEST_CASE("what ended is in no file any more, wherever the job was cut off", "[jobs][slow]") {
    for (const int turns : {1, 3, 5}) {
        Expiry scene(Kept::on_disk);
        scene.make(3);
        const auto keys = scene.stored().wrapped;
        REQUIRE(keys.size() == 3);
        scene.make(0);
        scene.jobs.vault.clock().advance(std::chrono::days{91});
        CHECK(scene.jobs.found_in_files(keys) == 3);
        const auto job = scene.start();
        for (int i = 0; i < 2; ++i) {
            scene.jobs.turns(turns);
            scene.crash();
        }
        CHECK(scene.end_of(job).status == JobStatus::succeeded);
        CHECK(scene.jobs.found_in_files(keys) == 0);
        scene.check_store();
    }
}

TEST_CASE("a version that is damaged is told and left, and the others end", "[jobs]") {
    Expiry scene;
    scene.make(2);
    scene.make(2);
    scene.jobs.vault.clock().advance(std::chrono::days{91});
    {
        const auto view = scene.jobs.vault.vault().view();
        const auto rows =
            view.store()->scan(storage::all_rows(rky_tokenversion), storage::Order::ascending);
        REQUIRE(rows->valid());
        auto bytes = std::string(rows->value());
        bytes[20] = static_cast<char>(bytes[20] ^ 1);
        const auto commit = scene.jobs.vault.vault().parts().store->begin();
        commit->put(storage::Family::rows, rows->key(), bytes);
        REQUIRE(commit->write());
    }
    scene.make(0);  // which publishes it
    const auto ended = scene.run();
    CHECK(ended.status == JobStatus::failed);
    CHECK(ended.progress.findings == 1);
    CHECK(ended.progress.done == 2);
}

TEST_CASE("only the jobs end versions, by the privilege that they alone have", "[jobs]") {
    Expiry scene;
    const auto id = scene.make(1);
    const auto user = scene.jobs.vault.user("ada@example.com");
    messages::EndTokenVersions message;
    message.records = {{schema::table(application)->id, id}};
    const auto run = [&](const access::Caller& caller) {
        return scene.jobs.vault.run<messages::EndVersionsReply>(
            caller, messages::Message{messages::EndTokenVersions{message}}
        );
    };
    CHECK(run(TestVault::caller(user)).error().code == Errc::missing_privilege);
    CHECK(value(run(scene.jobs.caller())).ended == 0);  // which is an entry all the same
    message.records.assign(messages::end_versions_records_max + 1, message.records[0]);
    CHECK(run(scene.jobs.caller()).error().code == Errc::invalid_argument);
    message.records = {{rky_tokenversion.id, id}};
    CHECK(run(scene.jobs.caller()).error().code == Errc::invalid_argument);
}

}  // namespace token_expiry_test
