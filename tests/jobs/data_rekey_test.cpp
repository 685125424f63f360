#include "jobs/data_rekey.hpp"

#include "audit/rekeyed_rows.hpp"
#include "jobs/key_scene.hpp"
#include "messages/rekey_cursor.hpp"
#include "messages/rekey_data.hpp"

#include <map>
#include <string>

namespace data_rekey_test {

using namespace rookery;
using namespace rookery::jobs;
using crypto::KeyState;
using messages::JobStatus;
using messages::RekeyCursor;
using messages::RekeyPhase;
using rookery::test::KeyScene;
using rookery::test::TestVault;
using rookery::test::value;

namespace {

constexpr auto data_table = KeyScene::application;

/// Of the one token that KeyScene's records have.
storage::SealedValue sealed_in(const storage::Row& row) {
    return std::get<storage::SealedValue>(*row.find(row.table->column(KeyScene::secret)->id));
}

}  // namespace

TEST_CASE("a cursor of a re-key comes back from its text, and no other text is one", "[jobs]") {
    const auto cursor = GENERATE(
        RekeyCursor{},
        RekeyCursor{RekeyPhase::choose, 0, RekeyCursor::all, 0, 0, {}},
        RekeyCursor{RekeyPhase::renew, 2, 1, 0, 0, {}},
        RekeyCursor{RekeyPhase::rekey, 7, RekeyCursor::nothing, 9, 0, std::string("\0k", 2)},
        RekeyCursor{RekeyPhase::prove, UINT32_MAX, RekeyCursor::all, UINT64_MAX, 3, {}}
    );
    const auto read = messages::parse_rekey_cursor(messages::to_text(cursor));
    REQUIRE(read);
    CHECK(*read == cursor);
    const auto* text = GENERATE(
        "choose",
        "choose 1 - 0 0 -",
        "renew 0 - 0 0 -",
        "renew 1 0 0 0 -",
        "renew 1 4294967295 0 0 -",
        "renew 1 some 0 0 -",
        "renew 1 - x 0 -",
        "renew 1 - 0 0 zz",
        "renew 4294967296 - 0 0 -",
        "elsewhere 1 - 0 0 -",
        "renew 1 - 0 0 - -"
    );
    CHECK_FALSE(messages::parse_rekey_cursor(text));
}

TEST_CASE(
    "a re-key seals every token anew under a fresh data key, and no client sees another row",
    "[jobs]"
) {
    KeyScene scene;
    std::map<Uuid, storage::Row> before;
    for (int i = 0; i < 150; ++i) {
        const auto id = scene.make("app " + std::to_string(i));
        before.emplace(id, scene.row(id));
    }
    const auto unsealed =
        scene.jobs.vault.create(data_table, std::pair{"msdyn_name", std::string("no secret")});
    const auto untouched = scene.bytes(unsealed);

    const auto ended = scene.finish(scene.start_data_rekey());
    INFO(ended.progress.cursor);
    CHECK(ended.status == JobStatus::succeeded);
    CHECK(ended.progress.done == 150);
    CHECK(ended.progress.total == 150);
    CHECK(scene.census() == std::map<std::uint32_t, std::size_t>{{2, 150}});
    for (const auto& [id, was] : before) {
        const auto is = scene.row(id);
        CHECK(is.row_version == was.row_version + 1);
        CHECK(is.versionnumber == was.versionnumber);
        CHECK(is.tag != was.tag);
        CHECK(is.dek_version == was.dek_version + 1);
        CHECK(is.wrap_generation == 0);
        CHECK(*is.find("modifiedon") == *was.find("modifiedon"));
        CHECK(sealed_in(is).value_version == sealed_in(was).value_version);
        CHECK(sealed_in(is).object != sealed_in(was).object);
        CHECK(scene.token(id) == "secret of an app");
    }
    CHECK(scene.bytes(unsealed) == untouched);
    const auto keks = scene.keks();
    REQUIRE(keks.size() == 2);
    CHECK(keks[0].state == KeyState::decrypt_only);
    CHECK(keks[1].state == KeyState::active);
    scene.check_store();
    scene.crash();
    scene.check_store();
}

TEST_CASE("a re-key has one entry for each batch, and it names every row with its tag", "[jobs]") {
    KeyScene scene;
    std::vector<Uuid> made;
    for (int i = 0; i < 130; ++i) made.push_back(scene.make("app " + std::to_string(i)));
    REQUIRE(scene.finish(scene.start_data_rekey()).status == JobStatus::succeeded);
    using audit::Action;
    CHECK(scene.entries(Action::rekey_start) == 1);
    CHECK(scene.entries(Action::rekey_end) == 1);
    CHECK(scene.entries(Action::rekey_progress) == 3);
    std::map<Uuid, audit::RekeyedRow> told;
    const auto view = scene.jobs.vault.vault().view();
    const auto reader = value(audit::LogReader::open(view.store(), &view.keys().details));
    for (std::uint64_t i = 0; i < reader.size(); ++i) {
        const auto rows = audit::rekeyed_rows(value(reader.read(i, audit::Sections::core)).event);
        REQUIRE(rows);
        for (const auto& row : *rows) told.emplace(row.record, row);
    }
    CHECK(told.size() == made.size());
    for (const auto& id : made) {
        const auto row = scene.row(id);
        REQUIRE(told.contains(id));
        CHECK(told[id].row_version == row.row_version);
        CHECK(std::equal(told[id].tag.begin(), told[id].tag.end(), row.tag.begin()));
    }
    // Whoever searches the log for the record finds it.
    audit::LogQuery query;
    query.record = made.front();
    const auto found = value(reader.search(query, audit::Sections::core));
    CHECK(std::ranges::any_of(found.entries, [](const audit::FoundEntry& entry) {
        return entry && entry->event.action == Action::rekey_progress;
    }));
}

TEST_CASE(
    "a re-key that is cut off anywhere goes on with the KEK that it made, also the second time",
    "[jobs]"
) {
    const auto turns = GENERATE(range(1, 14));
    KeyScene scene;
    scene.jobs.options.step_units = 40;
    scene.offer();
    for (int i = 0; i < 150; ++i) scene.make("app " + std::to_string(i));
    const auto id = scene.start_data_rekey();
    for (int crash = 0; crash < 2; ++crash) {
        scene.jobs.turns(turns);
        scene.crash();
    }
    CHECK(scene.finish(id).status == JobStatus::succeeded);
    CHECK(scene.keks().size() == 2);
    CHECK(scene.census() == std::map<std::uint32_t, std::size_t>{{2, 150}});
    scene.check_store();
}

TEST_CASE("what is written during a re-key wins, and is under the new KEK", "[jobs]") {
    KeyScene scene;
    scene.jobs.options.step_units = 10;
    scene.offer();
    std::vector<Uuid> made;
    for (int i = 0; i < 60; ++i) made.push_back(scene.make("app " + std::to_string(i)));
    const auto id = scene.start_data_rekey();
    for (int i = 0; i < 60; ++i) {
        scene.jobs.turns(1);
        messages::Upsert write;
        write.target = TestVault::target(data_table, made[static_cast<std::size_t>(i)]);
        write.input.cells.push_back(
            TestVault::cell(data_table, "msdyn_name", "renamed " + std::to_string(i))
        );
        scene.jobs.vault.run_as_system<messages::NoContent>(std::move(write));
    }
    CHECK(scene.finish(id).status == JobStatus::succeeded);
    CHECK(scene.census() == std::map<std::uint32_t, std::size_t>{{2, 60}});
    for (int i = 0; i < 60; ++i) {
        const auto row = scene.row(made[static_cast<std::size_t>(i)]);
        CHECK(*row.get<std::string>("msdyn_name") == "renamed " + std::to_string(i));
        CHECK(scene.token(row.id) == "secret of an app");
    }
    scene.check_store();
}

TEST_CASE("a record whose row changed meanwhile is not overwritten by a re-key", "[jobs]") {
    KeyScene scene;
    const auto id = scene.make("app");
    auto& vault = scene.jobs.vault.vault();
    messages::RekeyData message;
    message.scope.version = 2;  // takes what is under KEK 1
    message.batch.rows = {{schema::table(data_table)->id, id}};
    messages::RequestInfo info;
    messages::WorkBudget work;
    auto planned = vault.pipeline().plan(
        vault.view(), scene.jobs.caller(), messages::Message{message}, info, work
    );
    messages::Upsert write;
    write.target = TestVault::target(data_table, id);
    write.input.cells.push_back(TestVault::cell(data_table, "msdyn_name", std::string("newer")));
    scene.jobs.vault.run_as_system<messages::NoContent>(std::move(write));
    const auto late = vault.ledger().commit(std::move(planned));
    CHECK(std::holds_alternative<ledger::Stale>(late));
    CHECK(*scene.row(id).get<std::string>("msdyn_name") == "newer");
}

TEST_CASE("a re-key is paused, resumed and canceled, and the next one finishes it", "[jobs]") {
    KeyScene scene;
    scene.jobs.options.step_units = 20;
    scene.offer();
    for (int i = 0; i < 100; ++i) scene.make("app " + std::to_string(i));
    const auto first = scene.start_data_rekey();
    scene.jobs.turns(6);
    REQUIRE(scene.jobs.set(first, 1, 10));
    scene.jobs.turns(5);
    CHECK(scene.jobs.row(first).status == JobStatus::waiting);
    REQUIRE(scene.jobs.set(first, 0, 0));
    scene.jobs.turns(2);
    REQUIRE(scene.jobs.set(first, 3, 32));
    scene.jobs.turns(5);
    CHECK(scene.jobs.row(first).status == JobStatus::canceled);
    REQUIRE(scene.finish(scene.start_data_rekey()).status == JobStatus::succeeded);
    CHECK(scene.census() == std::map<std::uint32_t, std::size_t>{{3, 100}});
    scene.check_store();
}

TEST_CASE("a re-key goes before a job that is in hand, which goes on afterwards", "[jobs]") {
    KeyScene scene;
    scene.jobs.options.step_units = 5;
    scene.offer();
    for (int i = 0; i < 40; ++i) scene.make("app " + std::to_string(i));
    const auto slow = scene.start_row_rekey();
    scene.jobs.turns(4);
    REQUIRE(scene.jobs.row(slow).status == JobStatus::in_progress);
    const auto urgent = scene.start_data_rekey();
    while (scene.jobs.row(urgent).status != JobStatus::succeeded) {
        scene.jobs.turns(1);
        REQUIRE(scene.jobs.row(slow).status == JobStatus::in_progress);
    }
    scene.jobs.turns();
    CHECK(scene.finish(slow).status == JobStatus::succeeded);
    scene.check_store();
}

TEST_CASE(
    "a record that cannot be opened is left and told, and nothing is said to be proven", "[jobs]"
) {
    KeyScene scene;
    for (int i = 0; i < 5; ++i) scene.make("app " + std::to_string(i));
    const auto damaged = scene.make("damaged");
    auto bytes = scene.bytes(damaged);
    bytes[bytes.size() - 10] = static_cast<char>(bytes[bytes.size() - 10] ^ 1);
    scene.put_bytes(damaged, bytes);
    const auto ended = scene.finish(scene.start_data_rekey());
    CHECK(ended.status == JobStatus::failed);
    CHECK(ended.progress.findings == 1);
    CHECK(scene.entries(audit::Action::finding, audit::Outcome::failed) == 1);
    CHECK(scene.census() == std::map<std::uint32_t, std::size_t>{{1, 1}, {2, 5}});
    CHECK(scene.bytes(damaged) == bytes);
}

TEST_CASE("a re-key waits on a full disk, and goes on when there is room", "[jobs]") {
    KeyScene scene;
    for (int i = 0; i < 20; ++i) scene.make("app " + std::to_string(i));
    const auto id = scene.start_data_rekey();
    scene.jobs.turns(4);
    scene.jobs.vault.set_free_space(0);
    scene.jobs.turns(20);
    CHECK(scene.jobs.row(id).status == JobStatus::in_progress);
    scene.jobs.vault.set_free_space(std::uintmax_t{1} << 39);
    CHECK(scene.finish(id).status == JobStatus::succeeded);
}

TEST_CASE(
    "nobody re-keys without the privilege that the jobs have, and only rows that may be", "[jobs]"
) {
    KeyScene scene;
    auto& vault = scene.jobs.vault;
    const auto id = scene.make("app");
    messages::RekeyData message;
    message.scope.version = 2;
    message.batch.rows = {{schema::table(data_table)->id, id}};
    const auto user = vault.user("ada@example.com");
    const auto as = [&](const access::Caller& caller) {
        return vault.run<messages::RekeyReply>(caller, messages::Message{message});
    };
    CHECK(as(TestVault::caller(user)).error().code == Errc::missing_privilege);
    message.batch.rows = {{schema::known::systemuser.id, user}};
    CHECK(as(scene.jobs.caller()).error().code == Errc::invalid_argument);
    message.batch.rows.assign(messages::rekey_rows_max + 1, {schema::table(data_table)->id, id});
    CHECK(as(scene.jobs.caller()).error().code == Errc::invalid_argument);
    message.batch.rows = {{schema::table(data_table)->id, Uuid::random(vault.random())}};
    CHECK(value(as(scene.jobs.caller())).rekeyed == 0);  // it is gone
}

TEST_CASE("a re-key of data or rows needs prvrkyManageKeys", "[jobs]") {
    KeyScene scene;
    auto& vault = scene.jobs.vault;
    const auto user = vault.user("ada@example.com");
    const auto role = vault.role(
        "Jobs", {"prvCreateAsyncOperation", "prvAssignAsyncOperation"}, schema::Depth::global
    );
    vault.associate("systemuserroles_association", user, role);
    messages::StartJob message;
    message.name = GENERATE(messages::data_rekey_job, messages::row_rekey_job);
    const auto started =
        vault.run<messages::StartedJobReply>(TestVault::caller(user), messages::Message{message});
    REQUIRE_FALSE(started);
    CHECK(started.error().code == Errc::missing_privilege);
}

}  // namespace data_rekey_test
