#include "jobs/key_rotation.hpp"

#include "jobs/key_scene.hpp"
#include "schema/known_tables.hpp"

#include <map>
#include <string>

namespace key_rotation_test {

using namespace rookery;
using namespace rookery::jobs;
using crypto::KeyState;
using crypto::Purpose;
using messages::JobStatus;
using rookery::test::KeyScene;
using rookery::test::TestVault;
using rookery::test::value;

namespace {

constexpr auto application = KeyScene::application;

}  // namespace

TEST_CASE(
    "a rotation wraps every data key under a new KEK, and nothing else of any row changes", "[jobs]"
) {
    KeyScene scene;
    std::map<Uuid, storage::Row> before;
    for (int i = 0; i < 300; ++i) {
        const auto id = scene.make("app " + std::to_string(i));
        before.emplace(id, scene.row(id));
    }
    const auto unsealed =
        scene.jobs.vault.create(application, std::pair{"msdyn_name", std::string("no secret")});
    REQUIRE(scene.census() == std::map<std::uint32_t, std::size_t>{{1, 300}});

    const auto ended = scene.finish(scene.start_rotation());
    CHECK(ended.status == JobStatus::succeeded);
    CHECK(ended.progress.done == 300);
    CHECK(ended.progress.total == 300);
    CHECK(scene.census() == std::map<std::uint32_t, std::size_t>{{2, 300}});
    for (const auto& [id, was] : before) {
        const auto is = scene.row(id);
        CHECK(is.row_version == was.row_version);
        CHECK(is.versionnumber == was.versionnumber);
        CHECK(is.tag == was.tag);
        CHECK(is.dek_version == was.dek_version);
        CHECK(is.wrap_generation == was.wrap_generation + 1);
    }
    CHECK(scene.row(unsealed).wrapped_dek.empty());
    const auto keks = scene.keks();
    REQUIRE(keks.size() == 2);
    CHECK(keks[0].state == KeyState::decrypt_only);
    CHECK(keks[1].state == KeyState::active);
    scene.check_store();
}

TEST_CASE("a rotation is on the log: each key, its begin, its batches and its end", "[jobs]") {
    KeyScene scene;
    for (int i = 0; i < 130; ++i) scene.make("app " + std::to_string(i));
    REQUIRE(scene.finish(scene.start_rotation()).status == JobStatus::succeeded);
    using audit::Action;
    for (const auto action :
         {Action::key_create,
          Action::key_activate,
          Action::key_retire,
          Action::rewrap_start,
          Action::rewrap_end}) {
        INFO(audit::name(action));
        CHECK(scene.entries(action) == 1);
    }
    CHECK(scene.entries(Action::rewrap_progress) == 1);
}

TEST_CASE("a rotation's batches are short as soon as somebody else calls", "[jobs]") {
    const bool alone = GENERATE(true, false);
    KeyScene scene;
    for (int i = 0; i < 300; ++i) scene.make("app " + std::to_string(i));
    const auto id = scene.start_rotation();
    for (int i = 0; i < 20; ++i) {
        if (!alone)
            scene.jobs.vault.create(application, std::pair{"msdyn_name", "x" + std::to_string(i)});
        scene.jobs.turns(1);
    }
    CHECK(scene.finish(id).status == JobStatus::succeeded);
    CHECK(scene.entries(audit::Action::rewrap_progress) == (alone ? 1 : 10));
}

TEST_CASE("of two batches on their way each is done, whichever ends first", "[jobs]") {
    KeyScene scene;
    scene.jobs.options.step_units = 3 * messages::rewrap_rows_max;
    scene.offer();
    constexpr auto rows = 2 * messages::rewrap_rows_max + 100;
    for (std::size_t i = 0; i < rows; ++i) scene.make("app " + std::to_string(i));
    const auto ended = scene.finish(scene.start_rotation());
    CHECK(ended.status == JobStatus::succeeded);
    CHECK(ended.progress.done == rows);
    CHECK(scene.entries(audit::Action::rewrap_progress) == 3);
    CHECK(scene.census() == std::map<std::uint32_t, std::size_t>{{2, rows}});
    scene.check_store();
}

TEST_CASE(
    "a rotation that is cut off anywhere goes on with the key that it made, also the second time",
    "[jobs]"
) {
    const auto turns = GENERATE(range(1, 12));
    KeyScene scene;
    scene.jobs.options.step_units = 40;
    scene.offer();
    for (int i = 0; i < 150; ++i) scene.make("app " + std::to_string(i));
    const auto id = scene.start_rotation();
    for (int crash = 0; crash < 2; ++crash) {
        scene.jobs.turns(turns);
        scene.crash();
    }
    CHECK(scene.finish(id).status == JobStatus::succeeded);
    CHECK(scene.keks().size() == 2);
    CHECK(scene.census() == std::map<std::uint32_t, std::size_t>{{2, 150}});
    scene.check_store();
}

TEST_CASE("what is written during a rotation is under the new KEK at once", "[jobs]") {
    KeyScene scene;
    scene.jobs.options.step_units = 10;
    scene.offer();
    for (int i = 0; i < 100; ++i) scene.make("app " + std::to_string(i));
    const auto id = scene.start_rotation();
    scene.jobs.turns(4);
    REQUIRE(scene.keks().size() == 2);
    for (int i = 0; i < 40; ++i) {
        const auto made = scene.make("later " + std::to_string(i));
        CHECK(scene.row(made).wrap_generation == 0);
        scene.jobs.turns(1);
    }
    CHECK(scene.finish(id).status == JobStatus::succeeded);
    CHECK(scene.census() == std::map<std::uint32_t, std::size_t>{{2, 140}});
}

TEST_CASE("rotations follow each other, and older keys stay to be read with", "[jobs]") {
    KeyScene scene;
    scene.make("app");
    for (int i = 0; i < 3; ++i) {
        REQUIRE(scene.finish(scene.start_rotation()).status == JobStatus::succeeded);
    }
    CHECK(scene.census() == std::map<std::uint32_t, std::size_t>{{4, 1}});
    CHECK(scene.keks().size() == 4);
    scene.check_store();
}

TEST_CASE("an empty vault rotates too", "[jobs]") {
    KeyScene scene;
    const auto ended = scene.finish(scene.start_rotation());
    CHECK(ended.status == JobStatus::succeeded);
    CHECK(scene.keks().size() == 2);
}

TEST_CASE("a second rotation is refused while one has not ended", "[jobs]") {
    KeyScene scene;
    scene.start_rotation();
    messages::StartJob again;
    again.name = messages::key_rotation_job;
    const auto second = scene.jobs.vault.run<messages::StartedJobReply>(
        scene.jobs.vault.vault().system(), messages::Message{again}
    );
    REQUIRE_FALSE(second);
    CHECK(second.error().code == Errc::restricted);
}

TEST_CASE("a rotation that was canceled is finished by the next one", "[jobs]") {
    KeyScene scene;
    scene.jobs.options.step_units = 20;
    scene.offer();
    for (int i = 0; i < 100; ++i) scene.make("app " + std::to_string(i));
    const auto first = scene.start_rotation();
    scene.jobs.turns(5);
    REQUIRE(scene.jobs.set(first, 3, 32));
    scene.jobs.turns(5);
    REQUIRE(scene.finish(scene.start_rotation()).status == JobStatus::succeeded);
    CHECK(scene.census() == std::map<std::uint32_t, std::size_t>{{3, 100}});
}

TEST_CASE(
    "a data key that cannot be opened is left and told, and nothing is said to be proven", "[jobs]"
) {
    KeyScene scene;
    for (int i = 0; i < 5; ++i) scene.make("app " + std::to_string(i));
    const auto damaged = scene.make("damaged");
    auto bytes = scene.bytes(damaged);
    bytes[bytes.size() - 10] = static_cast<char>(bytes[bytes.size() - 10] ^ 1);
    scene.put_bytes(damaged, bytes);

    const auto ended = scene.finish(scene.start_rotation());
    CHECK(ended.status == JobStatus::failed);
    CHECK(ended.progress.findings == 1);
    CHECK(scene.entries(audit::Action::finding, audit::Outcome::failed) == 1);
    CHECK(scene.census() == std::map<std::uint32_t, std::size_t>{{1, 1}, {2, 5}});
    CHECK(scene.bytes(damaged) == bytes);
}

TEST_CASE("a rotation waits on a full disk, and goes on when there is room", "[jobs]") {
    KeyScene scene;
    for (int i = 0; i < 20; ++i) scene.make("app " + std::to_string(i));
    const auto id = scene.start_rotation();
    scene.jobs.turns(3);
    scene.jobs.vault.set_free_space(0);
    scene.jobs.turns(20);
    CHECK(scene.jobs.row(id).status == JobStatus::in_progress);
    scene.jobs.vault.set_free_space(std::uintmax_t{1} << 39);
    CHECK(scene.finish(id).status == JobStatus::succeeded);
}

TEST_CASE("whoever may start jobs rotates no key without prvrkyManageKeys", "[jobs]") {
    KeyScene scene;
    auto& vault = scene.jobs.vault;
    const bool manages = GENERATE(false, true);
    const auto user = vault.user("ada@example.com");
    const auto role =
        manages ? vault.role(
                      "Jobs and keys",
                      {"prvCreateAsyncOperation", "prvAssignAsyncOperation", "prvrkyManageKeys"},
                      schema::Depth::global
                  )
                : vault.role(
                      "Jobs",
                      {"prvCreateAsyncOperation", "prvAssignAsyncOperation"},
                      schema::Depth::global
                  );
    vault.associate("systemuserroles_association", user, role);
    messages::StartJob message;
    message.name = messages::key_rotation_job;
    const auto started =
        vault.run<messages::StartedJobReply>(TestVault::caller(user), messages::Message{message});
    CHECK(started.has_value() == manages);
    if (!started) CHECK(started.error().code == Errc::missing_privilege);
}

TEST_CASE("nobody but the jobs wraps keys anew, and only of rows that have some", "[jobs]") {
    KeyScene scene;
    auto& vault = scene.jobs.vault;
    const auto id = scene.make("app");
    messages::RewrapKeys message;
    message.rows = {{schema::table(application)->id, id}};
    const auto user = vault.user("ada@example.com");
    const auto refused =
        vault.run<messages::RewrapReply>(TestVault::caller(user), messages::Message{message});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::missing_privilege);

    message.rows = {{schema::known::systemuser.id, user}};
    CHECK_FALSE(vault.run<messages::RewrapReply>(scene.jobs.caller(), messages::Message{message}));
    message.rows.assign(messages::rewrap_rows_max + 1, {schema::table(application)->id, id});
    CHECK_FALSE(vault.run<messages::RewrapReply>(scene.jobs.caller(), messages::Message{message}));
    message.rows = {{schema::table(application)->id, id}};
    const auto left =
        vault.run<messages::RewrapReply>(scene.jobs.caller(), messages::Message{message});
    REQUIRE(left);
    CHECK(left->rewrapped == 0);  // it is under the active KEK already
}

TEST_CASE(
    "a keyring whose change was cut off behind its file is used at the next opening, on the log",
    "[jobs]"
) {
    KeyScene scene;
    scene.make("app");
    {
        const auto& parts = scene.jobs.vault.vault().parts();
        const auto view = scene.jobs.vault.vault().view();
        const auto next = value(view.keys().keyring.with_new_key(
            Purpose::record_kek, scene.jobs.vault.random(), scene.jobs.vault.clock().now()
        ));
        REQUIRE(parts.keyring_file.write(next, parts.directory, scene.jobs.vault.random()));
    }
    const auto before = scene.entries(audit::Action::key_create);
    scene.crash();
    CHECK(scene.keks().size() == 2);
    CHECK(scene.entries(audit::Action::key_create) == before + 1);
    // A rotation uses what is there.
    REQUIRE(scene.finish(scene.start_rotation()).status == JobStatus::succeeded);
    CHECK(scene.keks().size() == 2);
    scene.check_store();
}

TEST_CASE("while nobody else calls a rotation takes its idle share", "[jobs]") {
    const bool alone = GENERATE(true, false);
    KeyScene scene;
    scene.jobs.runner.reset();
    for (int i = 0; i < 200; ++i) scene.make("app " + std::to_string(i));
    RunnerOptions options;
    auto steady = std::chrono::nanoseconds{0};
    options.step_units = 20;
    options.step_alone = 1;
    options.steady = [&] { return steady += std::chrono::microseconds{100}; };
    std::vector<ScheduledJob> all;
    all.push_back(
        {std::make_unique<KeyRotation>(scene.jobs.vault.vault(), scene.jobs.caller()), {}, 100}
    );
    JobRunner runner(
        std::move(options),
        std::move(all),
        scene.jobs.vault.vault(),
        scene.jobs.caller(),
        scene.jobs.vault.jobs()
    );
    const auto id = scene.start_rotation();
    for (int i = 0; i < 8; ++i) (void)runner.turn();  // to its rewrapping
    bool rested = false;
    for (int i = 0; i < 5; ++i) {
        if (!alone)
            scene.jobs.vault.create(application, std::pair{"msdyn_name", "x" + std::to_string(i)});
        rested = runner.turn() > std::chrono::nanoseconds{0} || rested;
    }
    CHECK(scene.jobs.row(id).status == JobStatus::in_progress);
    CHECK(rested == !alone);
}

TEST_CASE("a store that is further behind its keyring than one change is not opened", "[jobs]") {
    const auto steps = GENERATE(2, 3);
    KeyScene scene;
    scene.make("app");
    {
        const auto& parts = scene.jobs.vault.vault().parts();
        const auto view = scene.jobs.vault.vault().view();
        auto next = value(view.keys().keyring.with_new_key(
            Purpose::record_kek, scene.jobs.vault.random(), scene.jobs.vault.clock().now()
        ));
        for (int i = 1; i < steps; ++i) {
            next = value(next.with_new_key(
                Purpose::index, scene.jobs.vault.random(), scene.jobs.vault.clock().now()
            ));
        }
        REQUIRE(parts.keyring_file.write(next, parts.directory, scene.jobs.vault.random()));
    }
    scene.jobs.runner.reset();
    const auto opened = scene.jobs.vault.reopen();
    CHECK(opened.has_value() == (steps == 2));
    if (!opened) CHECK(opened.error().code == Errc::integrity);
}

TEST_CASE("a rotation is not due again because the row of the last one was deleted", "[jobs]") {
    KeyScene scene;
    scene.rotate();
    scene.jobs.runner.reset();
    const bool by_key = GENERATE(false, true);
    auto& vault = scene.jobs.vault;
    for (const auto& row : scene.jobs.ended()) REQUIRE(scene.jobs.remove(row.id));
    std::vector<ScheduledJob> all;
    ScheduledJob job{
        std::make_unique<KeyRotation>(vault.vault(), scene.jobs.caller()), std::chrono::hours{24}};
    const auto now = vault.clock().now();
    if (by_key) job.last_done = [now] { return now + std::chrono::hours{23}; };
    all.push_back(std::move(job));
    JobRunner runner({}, std::move(all), vault.vault(), scene.jobs.caller(), vault.jobs());
    vault.clock().advance(std::chrono::hours{24});
    for (int i = 0; i < 200; ++i) (void)runner.turn();
    CHECK(scene.keks().size() == (by_key ? 2 : 3));
}

}  // namespace key_rotation_test
