#include "jobs/row_rekey.hpp"

#include "jobs/key_scene.hpp"
#include "jobs/scrub.hpp"
#include "messages/retag_rows.hpp"
#include "rules/built_in_rows.hpp"

#include <string>

namespace row_rekey_test {

using namespace rookery;
using namespace rookery::jobs;
using crypto::KeyState;
using crypto::Purpose;
using messages::JobStatus;
using rookery::test::KeyScene;
using rookery::test::TestVault;
using rookery::test::value;

namespace {

constexpr auto row_table = KeyScene::application;

std::uint64_t access_epoch(KeyScene& scene) {
    return scene.jobs.vault.vault().view().snapshot().access_epoch;
}

void remove(KeyScene& scene, const Uuid& id) {
    messages::Delete message;
    message.target = TestVault::target(row_table, id);
    scene.jobs.vault.run_as_system<messages::NoContent>(message);
}

}  // namespace

TEST_CASE("a re-key of rows tags every row of every table anew, deleted ones too", "[jobs]") {
    KeyScene scene;
    std::map<Uuid, storage::Row> before;
    for (int i = 0; i < 80; ++i) {
        const auto id = scene.make("app " + std::to_string(i));
        before.emplace(id, scene.row(id));
    }
    remove(scene, scene.make("gone"));
    const auto epoch = access_epoch(scene);
    const auto rows = scene.row_census();
    REQUIRE(rows.size() == 1);

    const auto ended = scene.finish(scene.start_row_rekey());
    CHECK(ended.status == JobStatus::succeeded);
    const auto census = scene.row_census();
    REQUIRE(census.size() == 1);
    CHECK(census.begin()->first == 2);
    CHECK(census.begin()->second == rows.begin()->second + 1);  // the job's own
    CHECK(access_epoch(scene) == epoch);                        // nobody's rights are others
    for (const auto& [id, was] : before) {
        const auto is = scene.row(id);
        CHECK(is.row_version == was.row_version + 1);
        CHECK(is.versionnumber == was.versionnumber);
        CHECK(is.tag != was.tag);
        CHECK(is.dek_version == was.dek_version);
        CHECK(is.wrapped_dek == was.wrapped_dek);
        CHECK(scene.token(id) == "secret of an app");
    }
    const auto keys = scene.keys_of(Purpose::row);
    REQUIRE(keys.size() == 2);
    CHECK(keys[0].state == KeyState::decrypt_only);
    CHECK(keys[1].state == KeyState::active);
    scene.check_store();
    scene.crash();  // state row, facts and digests are those that an opening expects
    scene.check_store();
}

TEST_CASE(
    "a re-key of rows that is cut off anywhere goes on with its key, also the second time", "[jobs]"
) {
    const auto turns = GENERATE(range(1, 12));
    KeyScene scene;
    scene.jobs.options.step_units = 40;
    scene.offer();
    for (int i = 0; i < 60; ++i) scene.make("app " + std::to_string(i));
    const auto id = scene.start_row_rekey();
    for (int crash = 0; crash < 2; ++crash) {
        scene.jobs.turns(turns);
        scene.crash();
    }
    CHECK(scene.finish(id).status == JobStatus::succeeded);
    CHECK(scene.keys_of(Purpose::row).size() == 2);
    CHECK(scene.row_census().size() == 1);
    scene.check_store();
}

TEST_CASE("rights change and rows are written while rows are tagged anew", "[jobs]") {
    KeyScene scene;
    scene.jobs.options.step_units = 7;
    scene.offer();
    for (int i = 0; i < 30; ++i) scene.make("app " + std::to_string(i));
    const auto id = scene.start_row_rekey();
    for (int i = 0; i < 30; ++i) {
        scene.jobs.turns(1);
        scene.jobs.vault.user("user" + std::to_string(i) + "@example.com");
        if (i % 3 == 0) remove(scene, scene.make("short " + std::to_string(i)));
    }
    CHECK(scene.finish(id).status == JobStatus::succeeded);
    CHECK(scene.row_census().size() == 1);
    scene.check_store();
    scene.crash();
    scene.check_store();
}

TEST_CASE("the scrub finds a vault whose rows were tagged anew as it was written", "[jobs]") {
    KeyScene scene;
    for (int i = 0; i < 70; ++i) scene.make("app " + std::to_string(i));
    REQUIRE(scene.finish(scene.start_row_rekey()).status == JobStatus::succeeded);
    REQUIRE(scene.finish(scene.start_data_rekey()).status == JobStatus::succeeded);
    scene.jobs.run(std::make_unique<Scrub>());
    const auto scrubbed = scene.finish(scene.jobs.start("scrub"));
    CHECK(scrubbed.status == JobStatus::succeeded);
    CHECK(scrubbed.progress.findings == 0);
}

TEST_CASE("an older copy of a row from before it was tagged anew is found", "[jobs]") {
    KeyScene scene;
    const auto id = scene.make("app");
    const auto older = scene.bytes(id);
    REQUIRE(scene.finish(scene.start_row_rekey()).status == JobStatus::succeeded);
    scene.put_bytes(id, older);
    const auto report = value(messages::verify_store(scene.jobs.vault.vault()));
    CHECK(std::ranges::any_of(report.findings, [](const messages::Finding& finding) {
        return finding.kind == audit::FindingKind::older;
    }));
    scene.jobs.run(std::make_unique<Scrub>());
    CHECK(scene.finish(scene.jobs.start("scrub")).progress.findings != 0);
}

TEST_CASE("a row with a tag that is not right is left and told", "[jobs]") {
    KeyScene scene;
    const auto damaged = scene.make("damaged");
    auto bytes = scene.bytes(damaged);
    bytes[30] = static_cast<char>(bytes[30] ^ 1);
    scene.put_bytes(damaged, bytes);
    const auto ended = scene.finish(scene.start_row_rekey());
    CHECK(ended.status == JobStatus::failed);
    CHECK(ended.progress.findings != 0);
    CHECK(scene.bytes(damaged) == bytes);
    CHECK(scene.row_census()[1] == 1);
}

TEST_CASE("nobody but the jobs tags rows anew", "[jobs]") {
    KeyScene scene;
    auto& vault = scene.jobs.vault;
    const auto user = vault.user("ada@example.com");
    messages::RetagRows message;
    message.batch.rows = {{schema::known::systemuser.id, user}};
    CHECK(
        vault.run<messages::RekeyReply>(TestVault::caller(user), messages::Message{message})
            .error()
            .code == Errc::missing_privilege
    );
    const auto left =
        value(vault.run<messages::RekeyReply>(scene.jobs.caller(), messages::Message{message}));
    CHECK(left.rekeyed == 0);  // it is under the active key already
    message.batch.rows = {{0xEEEE, user}};
    CHECK_FALSE(vault.run<messages::RekeyReply>(scene.jobs.caller(), messages::Message{message}));
}

}  // namespace row_rekey_test
