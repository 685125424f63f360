// A record that is purged: by two people, and gone from every file of the store.
#include "jobs/purge.hpp"

#include "jobs/key_scene.hpp"
#include "messages/purge_cursor.hpp"
#include "messages/sender.hpp"
#include "rules/request_words.hpp"
#include "storage/held_files.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

namespace purge_test {

using namespace rookery;
using namespace rookery::jobs;
using namespace std::chrono_literals;
using messages::JobStatus;
using messages::PurgeCursor;
using messages::PurgePhase;
using rookery::test::Kept;
using rookery::test::KeyScene;
using rookery::test::TestVault;
using rookery::test::value;
using storage::Family;

namespace {

/// Two who may purge, and some who lack a part of it.
struct Purging : KeyScene {
    explicit Purging(Kept kept = Kept::in_memory) : KeyScene(kept) {
        auto& vault = jobs.vault;
        both = vault.role(
            "Purge",
            {"prvrkyManageKeys", "prvDeletemsdyn_octwitterapplication"},
            schema::Depth::global
        );
        const auto keys = vault.role("Keys", {"prvrkyManageKeys"}, schema::Depth::global);
        const auto deleting =
            vault.role("Delete", {"prvDeletemsdyn_octwitterapplication"}, schema::Depth::global);
        for (const auto& [user, role] :
             {std::pair{&ada, both}, {&sam, both}, {&keeper, keys}, {&deleter, deleting}}) {
            *user = vault.user("user " + std::to_string(users++));
            vault.associate("systemuserroles_association", *user, role);
        }
        record = make("app");
    }

    [[nodiscard]] messages::Target at(const Uuid& id) const {
        return TestVault::target(application, id);
    }

    /// A token more in the record's history.
    void rotate_token(const std::string& to) {
        auto system = test::system_of(jobs.vault);
        REQUIRE(system.update(
            application,
            record,
            std::pair<std::string_view, SecretBytes>{secret, SecretBytes::copy_of(to)}
        ));
    }

    Result<Uuid> ask(const Uuid& user) {
        ROOKERY_TRY(
            const auto started,
            jobs.vault.run<messages::StartedJobReply>(
                TestVault::caller(user), messages::Message{messages::PurgeRecord{at(record)}}
            )
        );
        return started.job;
    }

    Result<messages::NoContent> approve(const Uuid& user, const Uuid& job, const Uuid& of) {
        return jobs.vault.run<messages::NoContent>(
            TestVault::caller(user), messages::Message{messages::ApprovePurge{at(of), job}}
        );
    }

    Result<messages::NoContent> approve(const Uuid& user, const Uuid& job) {
        return approve(user, job, record);
    }

    /// To its end: what has to wait for the engine to delete a file waits by the clock of the steps.
    /// The engine removes files when it comes to it.
    messages::JobRow end_of(const Uuid& job) {
        const auto until = std::chrono::steady_clock::now() + 60s;
        const auto is_over = [&] {
            const auto status = jobs.row(job).status;
            return status == JobStatus::succeeded || status == JobStatus::failed;
        };
        while (!is_over() && std::chrono::steady_clock::now() < until) {
            jobs.turns(20);
            jobs.steady += 5s;
        }
        return jobs.row(job);
    }

    /// Wrapped data keys of the table of records and of their versions, as they are stored.
    std::vector<std::string> wrapped_keys() {
        return stored([](const storage::Row& row, std::vector<std::string>& out) {
            out.emplace_back(text_of(row.wrapped_dek));
        });
    }

    /// Sealed values of the same.
    std::vector<std::string> sealed_values() {
        return stored([](const storage::Row& row, std::vector<std::string>& out) {
            for (const auto& cell : row.cells) {
                const auto* sealed = std::get_if<storage::SealedValue>(&cell.value);
                if (sealed != nullptr) out.emplace_back(text_of(sealed->object));
            }
        });
    }

    template <class Take>
    std::vector<std::string> stored(Take take) {
        std::vector<std::string> out;
        const auto view = jobs.vault.vault().view();
        for (const auto* name : {"msdyn_octwitterapplication", "rky_tokenversion"}) {
            const auto& table = *schema::table(name);
            const auto cursor =
                view.store()->scan(storage::all_rows(table), storage::Order::ascending);
            for (; cursor->valid(); cursor->next()) {
                const auto decoded = value(storage::decode(
                    table, storage::id_of(cursor->key()), cursor->value(), view.keys().authenticator
                ));
                const auto* row = std::get_if<storage::Row>(&decoded);
                if (row == nullptr || row->wrapped_dek.empty()) continue;
                take(*row, out);
            }
        }
        return out;
    }

    Uuid ada, sam, keeper, deleter, record, both;
    int users = 0;
};

}  // namespace

TEST_CASE("a cursor of a purge comes back from its text, and no other text is one", "[jobs]") {
    SystemRandom random;
    const auto id = Uuid::random(random);
    const auto other = Uuid::random(random);
    const auto cursor = GENERATE_COPY(
        PurgeCursor{
            PurgePhase::request,
            "a_table",
            id,
            {{id, other}},
            {},
            0,
            false,
            {},
            from_ms(1700000000000)},
        PurgeCursor{PurgePhase::request, "a_table", id, {{other, {}}}, {}, 0, false, {}},
        PurgeCursor{
            PurgePhase::forgetting,
            "t",
            id,
            {},
            {1, UINT32_MAX},
            77,
            false,
            {{Family::rows, std::string("\0k", 2)}, {Family::rowidx, "i"}}},
        PurgeCursor{PurgePhase::forgetting, "t", id, {}, {}, UINT64_MAX, true, {}}
    );
    const auto read = messages::parse_purge_cursor(messages::to_text(cursor));
    REQUIRE(read);
    CHECK(*read == cursor);
    const auto good = "forgetting t " + to_string(id) + " - - 0 ";
    REQUIRE(messages::parse_purge_cursor(good + "-"));
    for (const std::string& text :
         {std::string(),
          good,
          good + "x",
          good + "4aa",
          good + "0",
          good + "0-",
          good + "0aa,",
          good + "- -",
          "elsewhere t " + to_string(id) + " - - 0 -",
          "request  " + to_string(id) + " - - 0 -",
          std::string("request t me - - 0 -"),
          "request t " + to_string(id) + " me - 0 -",
          "request t " + to_string(id) + " - - 0 -",
          "request t " + to_string(id) + " " + to_string(id) + "/x - 0 -",
          "request t " + to_string(id) + " " + to_string(id) + "," + to_string(id) + " - 0 -",
          "request t " + to_string(id) + " " + to_string(id) + " 0 0 -",
          "request t " + to_string(id) + " " + to_string(id) + " - x -",
          "request t " + to_string(id) + " " + to_string(id) + " - 0 - x",
          "request t " + to_string(id) + " " + to_string(id) + " - 0 - 1 -"}) {
        INFO(text);
        CHECK_FALSE(messages::parse_purge_cursor(text));
    }
}

TEST_CASE(
    "a record is purged by two people, with its versions, and verify finds nothing of it", "[jobs]"
) {
    Purging scene;
    scene.rotate_token("second");
    scene.rotate_token("third");
    const auto job = value(scene.ask(scene.ada));
    CHECK(scene.wrapped_keys().size() == 3);  // asking changes nothing
    scene.jobs.turns(5);
    CHECK(scene.jobs.row(job).status == JobStatus::waiting);
    REQUIRE(scene.approve(scene.sam, job));
    CHECK(scene.wrapped_keys().empty());
    const auto ended = scene.finish(job);
    CHECK(ended.status == JobStatus::succeeded);
    CHECK(scene.entries(audit::Action::purge, audit::Outcome::intent) == 2);
    CHECK(scene.entries(audit::Action::purge) == 1);
    scene.check_store();
    messages::Retrieve retrieve;
    retrieve.target = scene.at(scene.record);
    CHECK(
        scene.jobs.vault.run<messages::RowReply>(scene.jobs.vault.vault().system(), retrieve)
            .error()
            .code == Errc::not_found
    );
}

TEST_CASE("a record in the recycle bin is purged at once, with its versions", "[jobs]") {
    Purging scene;
    scene.jobs.runner.reset();
    scene.jobs.vault.keep_deleted(messages::bin_keep_max);
    scene.offer();
    scene.rotate_token("second");
    REQUIRE(test::system_of(scene.jobs.vault).remove(KeyScene::application, scene.record));
    CHECK(value(messages::verify_store(scene.jobs.vault.vault())).kept == 2);
    // Judged as the record stood.
    CHECK(scene.ask(scene.keeper).error().code == Errc::missing_privilege);
    CHECK(scene.ask(scene.deleter).error().code == Errc::missing_privilege);
    const auto job = value(scene.ask(scene.ada));
    REQUIRE(scene.approve(scene.sam, job));
    CHECK(value(messages::verify_store(scene.jobs.vault.vault())).kept == 0);
    CHECK(scene.finish(job).status == JobStatus::succeeded);
    scene.check_store();
    messages::Restore restore;
    restore.target = scene.at(scene.record);
    CHECK(
        scene.jobs.vault
            .run<messages::RestoreReply>(
                scene.jobs.vault.vault().system(), messages::Message{std::move(restore)}
            )
            .error()
            .code == Errc::not_found
    );
}

TEST_CASE("a purged record that is put back is found, and so is a version of it", "[jobs]") {
    for (const bool version : {false, true}) {
        Purging scene;
        scene.rotate_token("second");
        const auto& table = *schema::table(version ? "rky_tokenversion" : KeyScene::application);
        const auto view = scene.jobs.vault.vault().view();
        const auto rows = view.store()->scan(storage::all_rows(table), storage::Order::ascending);
        REQUIRE(rows->valid());
        const std::string key(rows->key());
        const std::string before(rows->value());
        const auto job = value(scene.ask(scene.ada));
        REQUIRE(scene.approve(scene.sam, job));
        REQUIRE(scene.finish(job).status == JobStatus::succeeded);
        CHECK(value(messages::verify_store(scene.jobs.vault.vault())).purged_records == 1);
        {
            const auto commit = scene.jobs.vault.vault().parts().store->begin();
            commit->put(Family::rows, key, before);
            REQUIRE(commit->write());
        }
        scene.make("which publishes it");
        const auto report = value(messages::verify_store(scene.jobs.vault.vault()));
        REQUIRE_FALSE(report.ok());
        CHECK(std::ranges::any_of(report.findings, [](const auto& one) {
            return one.kind == audit::FindingKind::older;
        }));
    }
}

TEST_CASE("nobody purges alone, nor without both rights", "[jobs]") {
    Purging scene;
    CHECK(scene.ask(scene.keeper).error().code == Errc::missing_privilege);
    CHECK(scene.ask(scene.deleter).error().code == Errc::missing_privilege);
    const auto job = value(scene.ask(scene.ada));
    CHECK(scene.approve(scene.ada, job).error().code == Errc::access_denied);
    CHECK(scene.approve(scene.keeper, job).error().code == Errc::missing_privilege);
    CHECK(scene.approve(scene.deleter, job).error().code == Errc::missing_privilege);
    const auto other = scene.make("other");
    CHECK(scene.approve(scene.sam, job, other).error().code == Errc::restricted);
    CHECK(scene.wrapped_keys().size() == 2);
    // One request at a time for a record, and only by its own message.
    CHECK(scene.ask(scene.sam).error().code == Errc::restricted);
    messages::StartJob by_name;
    by_name.name = messages::purge_job;
    CHECK(
        scene.jobs.vault
            .run<messages::StartedJobReply>(scene.jobs.vault.vault().system(), std::move(by_name))
            .error()
            .code == Errc::restricted
    );
    // Taken back it is no request any more; and one that was approved is taken back no more.
    REQUIRE(scene.jobs.set(job, 3, 32));
    CHECK(scene.approve(scene.sam, job).error().code == Errc::restricted);
    const auto again = value(scene.ask(scene.ada));
    REQUIRE(scene.approve(scene.sam, again));
    CHECK(scene.approve(scene.sam, again).error().code == Errc::restricted);
}

TEST_CASE("a request that nobody approved is not resumed, and says what it waits for", "[jobs]") {
    Purging scene;
    const auto job = value(scene.ask(scene.ada));
    const auto resumed = scene.jobs.set(job, 0, 0);
    REQUIRE_FALSE(resumed);
    CHECK(resumed.error().code == Errc::restricted);
    CHECK(resumed.error().hint.find("rookery purge") != std::string::npos);
    scene.jobs.turns(5);
    CHECK(scene.jobs.row(job).status == JobStatus::waiting);
    CHECK(scene.jobs.row(job).progress.wait_reason == messages::approval_awaited);
    CHECK(scene.wrapped_keys().size() == 1);
}

TEST_CASE("requests for other records wait beside each other, each for its own word", "[jobs]") {
    Purging scene;
    const auto first = value(scene.ask(scene.ada));
    const auto first_record = std::exchange(scene.record, scene.make("another"));
    const auto second = value(scene.ask(scene.sam));
    CHECK(scene.approve(scene.ada, first, scene.record).error().code == Errc::restricted);
    REQUIRE(scene.approve(scene.ada, second));
    REQUIRE(scene.approve(scene.sam, first, first_record));
    CHECK(scene.finish(second).status == JobStatus::succeeded);
    CHECK(scene.finish(first).status == JobStatus::succeeded);
    CHECK(scene.wrapped_keys().empty());
    scene.check_store();
}

TEST_CASE("a request for a purge counts for a day, and its row ends then", "[jobs]") {
    Purging scene;
    const auto job = value(scene.ask(scene.ada));
    scene.jobs.vault.clock().advance(24h);
    scene.jobs.turns(5);
    CHECK(scene.jobs.row(job).status == JobStatus::waiting);
    scene.jobs.vault.clock().advance(1ms);
    CHECK(scene.approve(scene.sam, job).error().code == Errc::restricted);
    CHECK(scene.ask(scene.sam));  // it is in nobody's way
    scene.jobs.vault.clock().advance(1min);
    scene.jobs.turns(5);
    CHECK(scene.jobs.row(job).status == JobStatus::failed);
    CHECK(scene.wrapped_keys().size() == 1);
}

TEST_CASE("what somebody asked for counts only while he may still ask for it", "[jobs]") {
    Purging scene;
    const auto job = value(scene.ask(scene.ada));
    auto system = test::system_of(scene.jobs.vault);
    SECTION("he is disabled") {
        REQUIRE(system.update("systemuser", scene.ada, std::pair{"isdisabled", true}));
        CHECK(scene.approve(scene.sam, job).error().code == Errc::restricted);
        REQUIRE(system.update("systemuser", scene.ada, std::pair{"isdisabled", false}));
    }
    SECTION("he lost a right that it takes") {
        REQUIRE(system.disassociate("systemuserroles_association", scene.ada, scene.both));
        CHECK(scene.approve(scene.sam, job).error().code == Errc::restricted);
        REQUIRE(system.associate("systemuserroles_association", scene.ada, scene.both));
    }
    CHECK(scene.wrapped_keys().size() == 1);
    CHECK(scene.approve(scene.sam, job));
}

TEST_CASE(
    "somebody's deleted record is purged by those alone who may delete everybody's", "[jobs]"
) {
    Purging scene;
    auto& vault = scene.jobs.vault;
    const auto narrow = vault.user("narrow");
    const auto own =
        vault.role("Own", {"prvDeletemsdyn_octwitterapplication"}, schema::Depth::basic);
    const auto keys = vault.role("More keys", {"prvrkyManageKeys"}, schema::Depth::global);
    vault.associate("systemuserroles_association", narrow, own);
    vault.associate("systemuserroles_association", narrow, keys);
    CHECK(scene.ask(narrow).error().code == Errc::no_row_access);
    auto system = test::system_of(vault);
    REQUIRE(system.remove(KeyScene::application, scene.record));
    CHECK(scene.ask(narrow).error().code == Errc::no_row_access);
    const auto job = value(scene.ask(scene.ada));
    CHECK(scene.approve(narrow, job).error().code == Errc::no_row_access);
    CHECK(scene.approve(scene.sam, job));
}

TEST_CASE("the row of a request names who asked, and not all whom he could be", "[jobs]") {
    Purging scene;
    auto& vault = scene.jobs.vault;
    const auto maker_of = [&](const Uuid& maker, const Uuid& user) {
        messages::CreateCredential message{user, "made", 1h};
        (void)value(vault.run<messages::CredentialReply>(
            TestVault::caller(maker), messages::Message{std::move(message)}
        ));
    };
    const auto making = vault.role("Make", {"prvrkyManageCredentials"}, schema::Depth::global);
    vault.associate("systemuserroles_association", scene.ada, making);
    for (int i = 0; i < 3; ++i) maker_of(scene.ada, vault.user("made for " + std::to_string(i)));
    const auto job = value(scene.ask(scene.ada));
    const auto cursor = value(messages::parse_purge_cursor(scene.jobs.row(job).progress.cursor));
    CHECK(cursor.people == std::vector<messages::Requester>{{scene.ada, {}}});
    // A token that the first makes for the second after asking counts as one from before.
    const auto late = vault.user("late");
    maker_of(scene.ada, late);
    vault.associate("systemuserroles_association", late, scene.both);
    CHECK(scene.approve(late, job).error().code == Errc::access_denied);
    CHECK(scene.approve(scene.sam, job));
}

TEST_CASE("the shred horizon names every KEK that a backup may hold the record under", "[jobs]") {
    Purging scene;
    scene.rotate();
    scene.rotate();
    const auto job = value(scene.ask(scene.ada));
    REQUIRE(scene.approve(scene.sam, job));
    REQUIRE(scene.finish(job).status == JobStatus::succeeded);
    const auto view = scene.jobs.vault.vault().view();
    const auto reader = value(audit::LogReader::open(view.store(), &view.keys().details));
    std::string keks;
    for (std::uint64_t i = 0; i < reader.size(); ++i) {
        const auto event = value(reader.read(i, audit::Sections::core)).event;
        for (const auto& [name, said] : event.extras) {
            if (event.action != audit::Action::purge || name != "keks") continue;
            keks = std::get<std::string>(said);
        }
    }
    CHECK(keks == "1 2 3");
}

TEST_CASE("a job that changes keys is removed by those alone who may manage keys", "[jobs]") {
    Purging scene;
    auto& vault = scene.jobs.vault;
    const auto remover = vault.user("remover");
    const auto removing = vault.role(
        "Remove jobs", {"prvReadAsyncOperation", "prvDeleteAsyncOperation"}, schema::Depth::global
    );
    vault.associate("systemuserroles_association", remover, removing);
    vault.associate("systemuserroles_association", scene.keeper, removing);
    const auto remove = [&](const Uuid& user, const Uuid& job) {
        return test::code(test::Sender(vault, TestVault::caller(user)).remove("asyncoperation", job)
        );
    };
    const auto job = value(scene.ask(scene.ada));
    CHECK(remove(remover, job) == Errc::missing_privilege);
    REQUIRE(scene.approve(scene.sam, job));
    CHECK(remove(remover, job) == Errc::missing_privilege);
    CHECK(remove(scene.keeper, job) == Errc::restricted);  // the rows are gone: it is finished
    REQUIRE(scene.finish(job).status == JobStatus::succeeded);
    CHECK(remove(remover, job) == Errc::missing_privilege);
    CHECK(remove(scene.keeper, job) == Errc::count_);
    const auto rekey = scene.start_data_rekey();
    CHECK(remove(remover, rekey) == Errc::missing_privilege);
    CHECK(remove(scene.keeper, rekey) == Errc::count_);
}

TEST_CASE("a record that never was is not purged, and one that was deleted is", "[jobs]") {
    Purging scene;
    scene.rotate_token("second");
    const auto record = std::exchange(scene.record, Uuid::random(scene.jobs.vault.random()));
    CHECK(scene.ask(scene.ada).error().code == Errc::not_found);
    scene.record = record;
    auto system = test::system_of(scene.jobs.vault);
    REQUIRE(system.remove(KeyScene::application, record));
    const auto job = value(scene.ask(scene.ada));
    REQUIRE(scene.approve(scene.sam, job));
    CHECK(scene.finish(job).status == JobStatus::succeeded);
    scene.check_store();
}

TEST_CASE(
    "after a purge no file of the store has a wrapped key or a sealed value of the record",
    "[jobs][slow]"
) {
    enum class Place { there, gone, bin };
    for (const auto place : {Place::there, Place::gone, Place::bin}) {
        Purging scene(Kept::on_disk);
        if (place == Place::bin) {
            scene.jobs.runner.reset();
            scene.jobs.vault.keep_deleted(messages::bin_keep_max);
            scene.offer();
        }
        scene.rotate_token("second");
        scene.rotate_token("third");
        const auto keys = scene.wrapped_keys();
        REQUIRE(keys.size() == 3);
        CHECK(scene.jobs.found_in_files(keys) == 3);
        const auto values = scene.sealed_values();
        REQUIRE(values.size() == 3);
        CHECK(scene.jobs.found_in_files(values) == 3);
        scene.make("other");
        if (place != Place::there) {
            auto system = test::system_of(scene.jobs.vault);
            REQUIRE(system.remove(KeyScene::application, scene.record));
            CHECK(scene.jobs.found_in_files(keys) == 3);  // which is why there is a purge
        }
        const auto job = value(scene.ask(scene.ada));
        REQUIRE(scene.approve(scene.sam, job));
        CHECK(scene.end_of(job).status == JobStatus::succeeded);
        CHECK(scene.jobs.found_in_files(keys) == 0);
        CHECK(scene.jobs.found_in_files(values) == 0);
        scene.check_store();
        scene.crash();
        CHECK(scene.jobs.found_in_files(keys) == 0);
        CHECK(scene.wrapped_keys().size() == 1);
        scene.check_store();
    }
}

TEST_CASE("a purge waits for whoever reads the state from before, or copies it", "[jobs][slow]") {
    Purging scene(Kept::on_disk);
    const auto keys = scene.wrapped_keys();
    std::optional<messages::View> reader = scene.jobs.vault.vault().view();
    const auto job = value(scene.ask(scene.ada));
    REQUIRE(scene.approve(scene.sam, job));
    scene.jobs.turns(20);
    CHECK(scene.jobs.row(job).status == JobStatus::in_progress);
    CHECK(scene.jobs.found_in_files(keys) == 1);
    reader.reset();
    scene.make("something is written, which lets the state go");
    auto held = value(storage::hold_files(*scene.jobs.vault.vault().parts().store));
    scene.jobs.steady += 5s;
    scene.jobs.turns(20);
    CHECK(scene.jobs.row(job).status == JobStatus::in_progress);
    held.reset();
    scene.jobs.steady += 5s;
    scene.make("another");
    CHECK(scene.end_of(job).status == JobStatus::succeeded);
    CHECK(scene.jobs.found_in_files(keys) == 0);
}

TEST_CASE("a purge that was cut off goes on, and forgets what was removed", "[jobs][slow]") {
    for (int steps = 0; steps < 4; ++steps) {
        Purging scene(Kept::on_disk);
        scene.rotate_token("second");
        const auto keys = scene.wrapped_keys();
        const auto job = value(scene.ask(scene.ada));
        REQUIRE(scene.approve(scene.sam, job));
        for (int i = 0; i < 2; ++i) {
            scene.jobs.turns(steps);
            scene.crash();
        }
        CHECK(scene.end_of(job).status == JobStatus::succeeded);
        CHECK(scene.jobs.found_in_files(keys) == 0);
        CHECK(scene.entries(audit::Action::purge) >= 1);
        scene.check_store();
    }
}

}  // namespace purge_test
