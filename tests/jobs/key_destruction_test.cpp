#include "jobs/key_destruction.hpp"

#include "jobs/key_scene.hpp"
#include "messages/destruction_cursor.hpp"

namespace key_destruction_test {

using namespace rookery;
using namespace rookery::jobs;
using namespace std::chrono_literals;
using crypto::KeyState;
using crypto::Purpose;
using messages::DestructionCursor;
using messages::DestructionPhase;
using messages::JobStatus;
using rookery::test::KeyScene;
using rookery::test::TestVault;
using rookery::test::value;

namespace {

/// Two security administrators, each with nothing but the right to manage keys.
struct Destroying : KeyScene {
    Destroying() {
        auto& vault = jobs.vault;
        const auto role = vault.role("Keys", {"prvrkyManageKeys"}, schema::Depth::global);
        for (auto* user : {&ada, &sam}) {
            *user = vault.user(user == &ada ? "ada@example.com" : "sam@example.com");
            vault.associate("systemuserroles_association", *user, role);
        }
        stranger = vault.user("stranger@example.com");
    }

    Result<Uuid> ask(
        const Uuid& user, std::uint32_t version = 1, Purpose purpose = Purpose::record_kek
    ) {
        ROOKERY_TRY(
            const auto started,
            jobs.vault.run<messages::StartedJobReply>(
                TestVault::caller(user), messages::Message{messages::DestroyKey{version, purpose}}
            )
        );
        return started.job;
    }

    Result<messages::NoContent> approve(
        const Uuid& user, const Uuid& job, std::uint32_t version = 1,
        Purpose purpose = Purpose::record_kek
    ) {
        return jobs.vault.run<messages::NoContent>(
            TestVault::caller(user),
            messages::Message{messages::ApproveKeyDestruction{job, version, purpose}}
        );
    }

    void pass(std::chrono::milliseconds time) { jobs.vault.clock().advance(time); }

    /// The first act: the KEK is unusable from then on.
    void retire() {
        pass(24h * 7);
        const auto job = value(ask(ada));
        REQUIRE(approve(sam, job));
        REQUIRE(finish(job).status == JobStatus::succeeded);
        REQUIRE(keks()[0].state == KeyState::destroy_pending);
    }

    Uuid ada, sam, stranger;
};

}  // namespace

TEST_CASE(
    "a cursor of a destruction comes back from its text, and no other text is one", "[jobs]"
) {
    SystemRandom random;
    const std::vector<messages::Requester> person{{Uuid::random(random), Uuid::random(random)}};
    const std::vector<messages::Requester> both{person.front(), {Uuid::random(random), {}}};
    const auto cursor = GENERATE_COPY(
        DestructionCursor{DestructionPhase::request, 1, 0, {}, person},
        DestructionCursor{DestructionPhase::retire, UINT32_MAX, 7, std::string("\0k", 2), {}},
        DestructionCursor{DestructionPhase::destroy, 3, UINT64_MAX, {}, {}},
        DestructionCursor{DestructionPhase::retiring, 3, 0, {}, both},
        DestructionCursor{
            DestructionPhase::request, 1, 0, {}, person, from_ms(1700000000000), Purpose::row}
    );
    const auto read = messages::parse_destruction_cursor(messages::to_text(cursor));
    REQUIRE(read);
    CHECK(*read == cursor);
    const auto* text = GENERATE(
        "",
        "retire 1 0 -",
        "retire 0 0 - -",
        "retire 1 x - -",
        "retire 1 0 zz -",
        "elsewhere 1 0 - -",
        "request 1 0 - me",
        "request 1 0 - -,-",
        "request 1 0 - -",
        "request 1 0 - - 1 row",
        "retire 1 0 - - -",
        "retire 1 0 - - x record-kek",
        "retire 1 0 - - 1 audit-kek",
        "retire 1 0 - - 1 row -"
    );
    CHECK_FALSE(messages::parse_destruction_cursor(text));
}

TEST_CASE(
    "a KEK is destroyed by two people, a week after its rotation and a day after that", "[jobs]"
) {
    Destroying scene;
    for (int i = 0; i < 50; ++i) scene.make("app " + std::to_string(i));
    scene.rotate();
    scene.retire();
    CHECK(scene.entries(audit::Action::key_destroy) == 0);
    scene.pass(24h);
    const auto job = value(scene.ask(scene.ada));
    CHECK(scene.finish(job).status == JobStatus::succeeded);
    CHECK(scene.keks()[0].state == KeyState::destroyed);
    CHECK(scene.entries(audit::Action::key_destroy) == 1);
    scene.check_store();
    scene.crash();  // the vault opens without it
    CHECK(scene.keks()[0].state == KeyState::destroyed);
    CHECK(scene.census() == std::map<std::uint32_t, std::size_t>{{2, 50}});
    scene.check_store();
}

TEST_CASE("the acts of a destruction are refused before their time", "[jobs]") {
    Destroying scene;
    scene.rotate();
    scene.pass(24h * 7 - 1s);
    CHECK(scene.ask(scene.ada).error().code == Errc::restricted);
    scene.pass(1s);
    const auto job = value(scene.ask(scene.ada));
    REQUIRE(scene.approve(scene.sam, job));
    REQUIRE(scene.finish(job).status == JobStatus::succeeded);
    scene.pass(24h - 1s);
    CHECK(scene.ask(scene.ada).error().code == Errc::restricted);
    scene.pass(1s);
    CHECK(scene.ask(scene.ada));
}

TEST_CASE("no KEK is destroyed that is used, new, unknown or destroyed already", "[jobs]") {
    Destroying scene;
    scene.rotate();
    scene.pass(24h * 8);
    CHECK(scene.ask(scene.ada, 2).error().code == Errc::restricted);
    CHECK(scene.ask(scene.ada, 3).error().code == Errc::not_found);
    CHECK(scene.ask(scene.ada, 0).error().code == Errc::not_found);
    scene.retire();
    scene.pass(24h);
    REQUIRE(scene.finish(value(scene.ask(scene.ada))).status == JobStatus::succeeded);
    scene.pass(24h * 30);
    CHECK(scene.ask(scene.ada).error().code == Errc::restricted);
}

TEST_CASE(
    "who asked for the destruction of a key does not approve it, nor do others without the right",
    "[jobs]"
) {
    Destroying scene;
    scene.rotate();
    scene.pass(24h * 7);
    CHECK(scene.ask(scene.stranger).error().code == Errc::missing_privilege);
    const auto job = value(scene.ask(scene.ada));
    CHECK(scene.approve(scene.ada, job).error().code == Errc::access_denied);
    CHECK(scene.approve(scene.stranger, job).error().code == Errc::missing_privilege);
    CHECK(scene.approve(scene.sam, job, 2).error().code == Errc::restricted);
    CHECK(
        scene.approve(scene.sam, Uuid::random(scene.jobs.vault.random())).error().code ==
        Errc::not_found
    );
    REQUIRE(scene.approve(scene.sam, job));
    CHECK(scene.approve(scene.sam, job).error().code == Errc::restricted);  // once
}

TEST_CASE("a request is not resumed without approval", "[jobs]") {
    Destroying scene;
    scene.rotate();
    scene.pass(24h * 7);
    const auto job = value(scene.ask(scene.ada));
    scene.jobs.turns(5);
    CHECK(scene.jobs.row(job).status == JobStatus::waiting);
    CHECK(scene.jobs.set(job, 0, 0).error().code == Errc::restricted);
    CHECK(scene.finish(job).status == JobStatus::waiting);
    CHECK(scene.keks()[0].state == KeyState::decrypt_only);
}

TEST_CASE("a request counts only while whoever made it may still make it", "[jobs]") {
    Destroying scene;
    scene.rotate();
    scene.pass(24h * 7);
    const auto job = value(scene.ask(scene.ada));
    auto& vault = scene.jobs.vault;
    const auto disable = [&](bool disabled) {
        messages::Upsert message;
        message.target = TestVault::target("systemuser", scene.ada);
        message.input.cells.push_back(TestVault::cell("systemuser", "isdisabled", disabled));
        vault.run_as_system<messages::NoContent>(std::move(message));
    };
    disable(true);
    CHECK(scene.approve(scene.sam, job).error().code == Errc::restricted);
    disable(false);
    CHECK(scene.approve(scene.sam, job));
}

TEST_CASE("the last act is for the two who wanted it, or takes two people again", "[jobs]") {
    Destroying scene;
    auto& vault = scene.jobs.vault;
    const auto third = vault.user("third@example.com");
    vault.associate(
        "systemuserroles_association",
        third,
        vault.role("More keys", {"prvrkyManageKeys"}, schema::Depth::global)
    );
    scene.rotate();
    scene.retire();
    scene.pass(24h);
    const auto job = value(scene.ask(third));
    CHECK(scene.finish(job).status == JobStatus::waiting);
    CHECK(scene.approve(third, job).error().code == Errc::access_denied);
    CHECK(scene.keks()[0].state == KeyState::destroy_pending);
    const bool approved = GENERATE(false, true);
    if (approved) {
        REQUIRE(scene.approve(scene.sam, job));
        CHECK(scene.finish(job).status == JobStatus::succeeded);
    } else {
        REQUIRE(scene.jobs.set(job, 3, 32));
        CHECK(scene.finish(value(scene.ask(scene.sam))).status == JobStatus::succeeded);
    }
    CHECK(scene.keks()[0].state == KeyState::destroyed);
}

TEST_CASE("no job of that name is started but by a request for a version", "[jobs]") {
    Destroying scene;
    messages::StartJob message;
    message.name = messages::key_destruction_job;
    const auto started = scene.jobs.vault.run<messages::StartedJobReply>(
        scene.jobs.vault.vault().system(), messages::Message{message}
    );
    REQUIRE_FALSE(started);
    CHECK(started.error().code == Errc::restricted);
}

TEST_CASE("a key that one row is under is not destroyed, whoever put that row there", "[jobs]") {
    Destroying scene;
    const auto id = scene.make("app");
    const auto older = scene.bytes(id);
    scene.rotate();
    const bool after_first_act = GENERATE(false, true);
    if (after_first_act) {
        scene.retire();
        scene.pass(24h);
    } else {
        scene.pass(24h * 7);
    }
    scene.put_bytes(id, older);
    const auto job = value(scene.ask(scene.ada));
    if (!after_first_act) REQUIRE(scene.approve(scene.sam, job));
    CHECK(scene.finish(job).status == JobStatus::failed);
    CHECK(scene.keks()[0].state != KeyState::destroyed);
    CHECK(scene.entries(audit::Action::key_destroy) == 0);
}

TEST_CASE("a destruction that is cut off anywhere is finished, and made once", "[jobs]") {
    const auto turns = GENERATE(range(1, 6));
    Destroying scene;
    for (int i = 0; i < 30; ++i) scene.make("app " + std::to_string(i));
    scene.rotate();
    scene.pass(24h * 7);
    scene.jobs.options.step_units = 10;
    scene.offer();
    const auto job = value(scene.ask(scene.ada));
    REQUIRE(scene.approve(scene.sam, job));
    for (int crash = 0; crash < 2; ++crash) {
        scene.jobs.turns(turns);
        scene.crash();
    }
    CHECK(scene.finish(job).status == JobStatus::succeeded);
    CHECK(scene.keks()[0].state == KeyState::destroy_pending);
    CHECK(scene.entries(audit::Action::key_retire) == 2);  // by the rotation, and this
}

TEST_CASE(
    "what was sealed under a key that is destroyed does not open, and is a finding", "[jobs]"
) {
    Destroying scene;
    const auto id = scene.make("app");
    const auto older = scene.bytes(id);
    scene.rotate();
    scene.retire();
    scene.put_bytes(id, older);
    messages::Retrieve message;
    message.target = TestVault::target(KeyScene::application, id);
    const auto report = value(messages::verify_store(scene.jobs.vault.vault()));
    CHECK_FALSE(report.ok());
    CHECK(report.data_keys.count(1) == 0);
}

TEST_CASE("once a destruction is carried out it is not canceled, and until then it is", "[jobs]") {
    Destroying scene;
    for (int i = 0; i < 30; ++i) scene.make("app " + std::to_string(i));
    scene.rotate();
    scene.pass(24h * 7);
    scene.jobs.options.step_units = 10;
    scene.offer();
    const auto job = value(scene.ask(scene.ada));
    REQUIRE(scene.approve(scene.sam, job));
    const auto committed = [&] {
        const auto cursor = messages::parse_destruction_cursor(scene.jobs.row(job).progress.cursor);
        return cursor && messages::is_committed(cursor->phase);
    };
    const auto role = scene.jobs.vault.role(
        "Steering", {"prvReadAsyncOperation", "prvWriteAsyncOperation"}, schema::Depth::global
    );
    const auto cancel = [&](const Uuid& user) {
        messages::Upsert message;
        message.target = TestVault::target("asyncoperation", job);
        message.preconditions.must_exist = true;
        message.input.cells.push_back(
            TestVault::cell("asyncoperation", "statecode", std::int64_t{3})
        );
        message.input.cells.push_back(
            TestVault::cell("asyncoperation", "statuscode", std::int64_t{32})
        );
        return scene.jobs.vault.run<messages::NoContent>(
            TestVault::caller(user), messages::Message{std::move(message)}
        );
    };
    for (const auto& user : {scene.ada, scene.stranger}) {
        scene.jobs.vault.associate("systemuserroles_association", user, role);
    }
    // Whoever may steer jobs and not manage keys steers no job that changes keys.
    CHECK(cancel(scene.stranger).error().code == Errc::missing_privilege);
    const bool early = GENERATE(true, false);
    for (int i = 0; !early && !committed(); ++i) {
        REQUIRE(i < 50);
        scene.jobs.turns(1);
    }
    if (early) {
        CHECK(cancel(scene.ada));
        scene.jobs.turns(50);
        CHECK(scene.jobs.row(job).status == JobStatus::canceled);
        CHECK(scene.keks()[0].state == KeyState::decrypt_only);
    } else {
        CHECK(cancel(scene.ada).error().code == Errc::restricted);
        CHECK(scene.finish(job).status == JobStatus::succeeded);
        CHECK(scene.keks()[0].state == KeyState::destroy_pending);
    }
}

TEST_CASE(
    "a token that was made for the second person once makes him the same one, also when it is "
    "revoked",
    "[jobs]"
) {
    Destroying scene;
    auto& vault = scene.jobs.vault;
    const auto makers = vault.role("Tokens", {"prvrkyManageCredentials"}, schema::Depth::global);
    for (const auto& user : {scene.ada, scene.sam}) {
        vault.associate("systemuserroles_association", user, makers);
    }
    const auto token = [&](const access::Caller& maker, const Uuid& user) {
        messages::CreateCredential message;
        message.user = user;
        message.name = "token";
        message.lifetime = 24h * 20;
        return value(vault.run<messages::CredentialReply>(
                         maker, messages::Message{std::move(message)}
                     ))
            .credential;
    };
    const auto with = [&](const Uuid& user, const Uuid& credential) {
        auto out = TestVault::caller(user);
        out.credential = credential;
        return out;
    };
    scene.rotate();
    scene.pass(24h * 7);
    const bool independent = GENERATE(false, true);
    const auto first =
        token(independent ? vault.vault().system() : TestVault::caller(scene.ada), scene.sam);
    const auto second = token(with(scene.sam, first), scene.sam);
    messages::RevokeCredential revoke;
    revoke.credential = first;
    REQUIRE(vault.run<messages::NoContent>(vault.vault().system(), messages::Message{revoke}));
    const auto job = value(scene.ask(scene.ada));
    const auto approved = vault.run<messages::NoContent>(
        with(scene.sam, second), messages::Message{messages::ApproveKeyDestruction{job, 1}}
    );
    CHECK(approved.has_value() == independent);
    if (!approved) CHECK(approved.error().code == Errc::access_denied);
}

TEST_CASE(
    "a data key that claims a KEK by its version alone does not count as being under it", "[jobs]"
) {
    Destroying scene;
    const auto id = scene.make("app");
    auto bytes = scene.bytes(id);
    scene.rotate();
    // The trailer is the wrapped data key, whose head has the version at 4, and the generation.
    const auto head = bytes.size() - 4 - crypto::wrapped_key_bytes;
    REQUIRE(bytes[head + 7] == 1);
    bytes[head + 7] = 2;
    scene.put_bytes(id, bytes);
    scene.pass(24h * 7);
    const auto job = value(scene.ask(scene.ada));
    REQUIRE(scene.approve(scene.sam, job));
    CHECK(scene.finish(job).status == JobStatus::failed);
    CHECK(scene.keks()[0].state == KeyState::decrypt_only);
}

TEST_CASE("what was said a day ago about the destruction of a key counts no more", "[jobs]") {
    Destroying scene;
    scene.rotate();
    scene.pass(24h * 7);
    const auto job = value(scene.ask(scene.ada));
    SECTION("a request that nobody approved") {
        scene.pass(24h + 1s);
        CHECK(scene.approve(scene.sam, job).error().code == Errc::restricted);
        CHECK(scene.keks()[0].state == KeyState::decrypt_only);
    }
    SECTION("an approval that was not carried out") {
        scene.pass(24h);
        REQUIRE(scene.approve(scene.sam, job));
        REQUIRE(scene.jobs.set(job, 1, 10));
        scene.pass(24h + 1s);
        REQUIRE(scene.jobs.set(job, 0, 0));
        CHECK(scene.finish(job).status == JobStatus::failed);
        CHECK(scene.keks()[0].state == KeyState::decrypt_only);
    }
}

TEST_CASE("a row key is destroyed as a KEK is, once no row is under it", "[jobs]") {
    Destroying scene;
    for (int i = 0; i < 20; ++i) scene.make("app " + std::to_string(i));
    const auto state = [&] { return scene.keys_of(Purpose::row)[0].state; };
    CHECK(scene.ask(scene.ada, 1, Purpose::row).error().code == Errc::restricted);
    REQUIRE(scene.finish(scene.start_row_rekey()).status == JobStatus::succeeded);
    scene.pass(24h * 7);
    auto job = value(scene.ask(scene.ada, 1, Purpose::row));
    CHECK(scene.approve(scene.sam, job, 1, Purpose::record_kek).error().code == Errc::restricted);
    REQUIRE(scene.approve(scene.sam, job, 1, Purpose::row));
    REQUIRE(scene.finish(job).status == JobStatus::succeeded);
    CHECK(state() == KeyState::destroy_pending);
    scene.pass(24h);
    job = value(scene.ask(scene.ada, 1, Purpose::row));
    REQUIRE(scene.finish(job).status == JobStatus::succeeded);
    CHECK(state() == KeyState::destroyed);
    scene.check_store();
    scene.crash();
    scene.check_store();
}

TEST_CASE("a row key is not destroyed while a row is under it", "[jobs]") {
    Destroying scene;
    const auto id = scene.make("app");
    const auto older = scene.bytes(id);
    REQUIRE(scene.finish(scene.start_row_rekey()).status == JobStatus::succeeded);
    scene.put_bytes(id, older);
    scene.pass(24h * 7);
    const auto job = value(scene.ask(scene.ada, 1, Purpose::row));
    REQUIRE(scene.approve(scene.sam, job, 1, Purpose::row));
    CHECK(scene.finish(job).status == JobStatus::failed);
    CHECK(scene.keys_of(Purpose::row)[0].state == KeyState::decrypt_only);
}

}  // namespace key_destruction_test
