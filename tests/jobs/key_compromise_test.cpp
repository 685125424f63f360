#include "jobs/data_rekey.hpp"
#include "jobs/key_scene.hpp"
#include "messages/compromise_key.hpp"
#include "messages/rekey_scope.hpp"
#include "messages/retrieve_exposed_records.hpp"

#include <map>
#include <optional>
#include <string>

namespace key_compromise_test {

using namespace rookery;
using namespace rookery::jobs;
using crypto::KeyState;
using messages::JobStatus;
using rookery::test::KeyScene;
using rookery::test::TestVault;
using rookery::test::value;

namespace {

struct Compromised : KeyScene {
    Compromised() {
        auto& vault = jobs.vault;
        const auto role = vault.role("Keys", {"prvrkyManageKeys"}, schema::Depth::global);
        keeper = vault.user("keeper@example.com");
        vault.associate("systemuserroles_association", keeper, role);
    }

    Result<Uuid> report(std::optional<std::uint32_t> version, const Uuid& by) {
        ROOKERY_TRY(
            const auto started,
            jobs.vault.run<messages::StartedJobReply>(
                TestVault::caller(by), messages::Message{messages::CompromiseKey{version}}
            )
        );
        return started.job;
    }

    Result<Uuid> report(std::optional<std::uint32_t> version) { return report(version, keeper); }

    /// Of all pages: the records by id, and whether it is the token of now.
    std::map<Uuid, bool> exposed(std::optional<std::uint32_t> version) {
        std::map<Uuid, bool> out;
        std::optional<std::uint64_t> from{0};
        while (from) {
            messages::RetrieveExposedRecords message{version, *from};
            const auto page = value(jobs.vault.run<messages::ExposedRecordsReply>(
                TestVault::caller(keeper), messages::Message{message}
            ));
            for (const auto& record : page.records) {
                out[record.id] = out[record.id] || record.current;
            }
            from = page.next;
        }
        return out;
    }

    void write_token(const Uuid& id) {
        messages::Upsert write;
        write.target = TestVault::target(application, id);
        write.input.cells.push_back(TestVault::cell(
            application, secret, SecretBytes::copy_of(bytes_of(std::string_view("another secret")))
        ));
        jobs.vault.run_as_system<messages::NoContent>(std::move(write));
    }

    void remove(const Uuid& id) {
        messages::Delete message;
        message.target = TestVault::target(application, id);
        jobs.vault.run_as_system<messages::NoContent>(message);
    }

    void let_system_update(std::string_view column = secret) {
        auto& vault = jobs.vault;
        const auto profile = vault.create(
            "fieldsecurityprofile", std::pair{"name", "update " + std::string(column)}
        );
        vault.create(
            "fieldpermission",
            std::pair{"fieldsecurityprofileid", TestVault::target("fieldsecurityprofile", profile)},
            std::pair{"entityname", std::string(application)},
            std::pair{"attributelogicalname", std::string(column)},
            std::pair{"canupdate", std::int64_t{4}}
        );
        vault.associate("systemuserprofiles_association", messages::system_user, profile);
    }

    Uuid keeper;
};

}  // namespace

TEST_CASE(
    "the KEK in use that is compromised has a successor, and nothing stays under it", "[jobs]"
) {
    Compromised scene;
    for (int i = 0; i < 30; ++i) scene.make("app " + std::to_string(i));
    const auto job = value(scene.report(1));
    CHECK(scene.entries(audit::Action::key_compromised, audit::Outcome::intent) == 1);
    const auto ended = scene.finish(job);
    CHECK(ended.status == JobStatus::succeeded);
    CHECK(ended.progress.done == 30);
    const auto keks = scene.keks();
    REQUIRE(keks.size() == 2);
    CHECK(keks[0].state == KeyState::compromised);
    CHECK(keks[1].state == KeyState::active);
    CHECK(scene.census() == std::map<std::uint32_t, std::size_t>{{2, 30}});
    CHECK(scene.entries(audit::Action::key_compromised) == 1);
    scene.check_store();
    scene.crash();
    scene.check_store();
}

TEST_CASE(
    "of an older KEK that is compromised, what was ever under it is replaced, and nothing else",
    "[jobs]"
) {
    Compromised scene;
    std::vector<Uuid> first;
    for (int i = 0; i < 10; ++i) first.push_back(scene.make("first " + std::to_string(i)));
    scene.rotate();
    std::vector<Uuid> second;
    for (int i = 0; i < 10; ++i) second.push_back(scene.make("second " + std::to_string(i)));
    const auto fresh = scene.row(second.front());
    const auto ended = scene.finish(value(scene.report(1)));
    CHECK(ended.status == JobStatus::succeeded);
    CHECK(ended.progress.done == 10);
    CHECK(scene.keks().size() == 2);
    CHECK(scene.keks()[0].state == KeyState::compromised);
    for (const auto& id : first) {
        CHECK(scene.row(id).dek_version == 2);
        CHECK(scene.row(id).wrap_generation == 0);
    }
    CHECK(scene.row(second.front()).row_version == fresh.row_version);
    CHECK(scene.row(second.front()).wrapped_dek == fresh.wrapped_dek);
    scene.check_store();
}

TEST_CASE("with the root key every KEK is compromised, and every data key replaced", "[jobs]") {
    Compromised scene;
    for (int i = 0; i < 5; ++i) scene.make("first " + std::to_string(i));
    scene.rotate();
    for (int i = 0; i < 5; ++i) scene.make("second " + std::to_string(i));
    const auto ended = scene.finish(value(scene.report(std::nullopt)));
    CHECK(ended.status == JobStatus::succeeded);
    CHECK(ended.progress.done == 10);
    const auto keks = scene.keks();
    REQUIRE(keks.size() == 3);
    CHECK(keks[0].state == KeyState::compromised);
    CHECK(keks[1].state == KeyState::compromised);
    CHECK(keks[2].state == KeyState::active);
    CHECK(scene.census() == std::map<std::uint32_t, std::size_t>{{3, 10}});
}

TEST_CASE("what follows from a compromise goes on over crashes at any point, twice", "[jobs]") {
    const auto turns = GENERATE(range(1, 10));
    const auto version = GENERATE(std::optional<std::uint32_t>{1}, std::optional<std::uint32_t>{});
    Compromised scene;
    scene.jobs.options.step_units = 20;
    scene.offer();
    for (int i = 0; i < 40; ++i) scene.make("app " + std::to_string(i));
    const auto job = value(scene.report(version));
    for (int crash = 0; crash < 2; ++crash) {
        scene.jobs.turns(turns);
        scene.crash();
    }
    CHECK(scene.finish(job).status == JobStatus::succeeded);
    CHECK(scene.keks().size() == 2);
    CHECK(scene.keks()[0].state == KeyState::compromised);
    CHECK(scene.census() == std::map<std::uint32_t, std::size_t>{{2, 40}});
    scene.check_store();
}

TEST_CASE("a compromise is reported by who manages keys, of a key that there is", "[jobs]") {
    Compromised scene;
    const auto stranger = scene.jobs.vault.user("stranger@example.com");
    CHECK(scene.report(1, stranger).error().code == Errc::missing_privilege);
    CHECK(scene.report(7).error().code == Errc::not_found);
    const auto job = value(scene.report(1));
    CHECK(scene.report(1).error().code == Errc::restricted);  // it is under way
    REQUIRE(scene.finish(job).status == JobStatus::succeeded);
    // Again, as after one that was canceled: nothing is left to do.
    const auto again = scene.finish(value(scene.report(1)));
    CHECK(again.status == JobStatus::succeeded);
    CHECK(again.progress.done == 0);
    CHECK(scene.keks().size() == 2);
}

TEST_CASE("a compromised KEK is destroyed as every older one is", "[jobs]") {
    Compromised scene;
    scene.make("app");
    REQUIRE(scene.finish(value(scene.report(1))).status == JobStatus::succeeded);
    const auto view = scene.jobs.vault.vault().view();
    const auto when = value(
        messages::next_act_of_destruction(view.keys().keyring, {crypto::Purpose::record_kek, 1})
    );
    CHECK(when == scene.keks()[0].changed + messages::key_retired_min);
}

TEST_CASE(
    "a data key that was wrapped anew counts as one that was under every older KEK", "[jobs]"
) {
    const auto takes = [](messages::RekeyScope scope, std::uint32_t kek, std::uint32_t wraps) {
        return scope.takes({{kek, {}}, wraps});
    };
    CHECK(takes({3, 0}, 2, 0));
    CHECK_FALSE(takes({3, 0}, 3, 0));
    CHECK(takes({3, 0}, 3, 1));
    CHECK(takes({3, 0}, 4, 1));
    CHECK(takes({3, 2}, 2, 0));
    CHECK_FALSE(takes({3, 2}, 1, 5));
    CHECK_FALSE(takes({3, 2}, 3, 0));
    CHECK(takes({3, 2}, 3, 1));
}

TEST_CASE("the list has the tokens that existed under a KEK, whatever was done since", "[jobs]") {
    Compromised scene;
    scene.let_system_update();
    const auto kept = scene.make("kept");          // its token is the one of then
    const auto replaced = scene.make("replaced");  // it has another one now
    const auto gone = scene.make("gone");
    const auto empty = scene.jobs.vault.create(
        KeyScene::application, std::pair{"msdyn_name", std::string("none")}
    );
    scene.rotate();
    scene.jobs.vault.clock().advance(std::chrono::seconds{5});
    const auto later = scene.make("later");
    scene.write_token(replaced);
    scene.remove(gone);
    REQUIRE(scene.finish(scene.start_data_rekey()).status == JobStatus::succeeded);

    const std::map<Uuid, bool> under_1{{kept, true}, {replaced, false}, {gone, false}};
    CHECK(scene.exposed(1) == under_1);
    const auto under_2 = scene.exposed(2);
    CHECK(under_2.at(kept));      // it was wrapped anew under KEK 2
    CHECK(under_2.at(later));     // it was written under it
    CHECK(under_2.at(replaced));  // so was its second one
    CHECK_FALSE(under_2.contains(empty));
    const auto under_any = scene.exposed(std::nullopt);
    CHECK(under_any.size() == 4);
    CHECK(under_any.at(kept));
    CHECK_FALSE(under_any.at(gone));
}

TEST_CASE(
    "a token that was restored is one of then again, and versions are of their record", "[jobs]"
) {
    Compromised scene;
    scene.let_system_update();
    scene.let_system_update("msdyn_securetwitterconsumerkey");  // which a restore clears
    const auto back = scene.make("back");
    scene.jobs.vault.tokens().keep_versions = 1;
    REQUIRE(scene.jobs.vault.reopen());
    scene.offer();
    scene.rotate();
    scene.jobs.vault.clock().advance(std::chrono::seconds{5});
    const auto later = scene.make("later");
    scene.write_token(back);
    scene.write_token(later);
    CHECK_FALSE(scene.exposed(1).at(back));
    const auto restore = [&](const Uuid& id) {
        messages::RestoreTokenVersion message;
        message.target = TestVault::target(KeyScene::application, id);
        message.number = 1;
        scene.jobs.vault.run_as_system<messages::NoContent>(std::move(message));
    };
    restore(back);
    restore(later);
    CHECK(scene.exposed(1).at(back));
    CHECK_FALSE(scene.exposed(1).at(later));  // it was made when another key was in use
    CHECK(scene.exposed(2).at(back));
    // Written anew it is a token of now; what was ended of its versions is told of as the record.
    scene.write_token(back);
    CHECK_FALSE(scene.exposed(1).at(back));
    for (const auto& [id, current] : scene.exposed(std::nullopt)) {
        CHECK((id == back || id == later));
    }
}

TEST_CASE("a token in the recycle bin exists under every key that it is brought under", "[jobs]") {
    Compromised scene;
    scene.jobs.runner.reset();
    scene.jobs.vault.keep_deleted(messages::bin_keep_max);
    scene.offer();
    const auto record = scene.make("app");
    scene.remove(record);
    scene.jobs.vault.clock().advance(std::chrono::hours{1});
    scene.rotate();
    CHECK(scene.exposed(2) == std::map<Uuid, bool>{{record, true}});
}

TEST_CASE("a retained token exists under every key that it is brought under", "[jobs]") {
    Compromised scene;
    scene.jobs.runner.reset();
    scene.jobs.vault.retain_records();
    scene.offer();
    const auto record = scene.make("app");
    messages::Retain retain;
    retain.target = test::TestVault::target("msdyn_octwitterapplication", record);
    static_cast<void>(scene.jobs.vault.run_as_system<messages::RetainReply>(std::move(retain)));
    scene.jobs.vault.clock().advance(std::chrono::hours{1});
    scene.rotate();
    CHECK(scene.exposed(2) == std::map<Uuid, bool>{{record, true}});
    // Ended, it has been there all the same.
    static_cast<void>(scene.jobs.vault.run_as_system<messages::PurgeRetainedReply>(
        messages::PurgeRetainedContent{}
    ));
    CHECK(scene.exposed(2) == std::map<Uuid, bool>{{record, false}});
}

TEST_CASE("who manages no keys is not told which tokens existed under one", "[jobs]") {
    Compromised scene;
    const auto stranger = scene.jobs.vault.user("stranger@example.com");
    const auto refused = scene.jobs.vault.run<messages::ExposedRecordsReply>(
        TestVault::caller(stranger), messages::Message{messages::RetrieveExposedRecords{1, 0}}
    );
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::missing_privilege);
    const auto unknown = scene.jobs.vault.run<messages::ExposedRecordsReply>(
        TestVault::caller(scene.keeper), messages::Message{messages::RetrieveExposedRecords{9, 0}}
    );
    REQUIRE_FALSE(unknown);
    CHECK(unknown.error().code == Errc::not_found);
}

}  // namespace key_compromise_test
