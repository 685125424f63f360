// What was taken away after a backup is taken away again in the vault that is restored of it.
#include "jobs/replay_since.hpp"

#include "backup/backed_up_vault.hpp"
#include "jobs/key_change.hpp"
#include "merkle/hash.hpp"
#include "messages/sender.hpp"
#include "vault/key_backup.hpp"
#include "vault/log_refill.hpp"
#include "vault/note_event.hpp"
#include "vault/restore_left.hpp"
#include "vault/restoring.hpp"
#include "vault/taken_since.hpp"
#include "vault/vault_parts.hpp"
#include "vault/verify_store.hpp"

#include <chrono>
#include <set>
#include <thread>

namespace replay_since_test {

using namespace rookery;
using namespace rookery::messages;
using rookery::test::BackedUpVault;
using rookery::test::TestVault;
using rookery::test::value;

namespace fs = std::filesystem;

namespace {

/// What the engine takes, and no longer.
void pause(std::chrono::milliseconds wait) {
    const auto until = std::chrono::steady_clock::now() + wait;
    while (std::chrono::steady_clock::now() < until) std::this_thread::yield();
}

constexpr std::string_view application = "msdyn_octwitterapplication";
constexpr std::string_view handle = "msdyn_octwitterhandle";

struct Holder {
    Uuid user;
    Uuid credential;
};

/// How the record stood when the backup was taken.
enum class Stood : std::uint8_t { there, deleted, retained };

/// A backup, then something happens, then the backup is restored with the log of it.
struct Replayed {
    explicit Replayed(Stood stood = Stood::there) {
        role =
            one.vault.role("Reader", {"prvReadmsdyn_octwitterapplication"}, schema::Depth::global);
        first = holder("first");
        second = holder("second");
        one.vault.associate("systemuserroles_association", first.user, role);
        record = one.vault.create(application, std::pair{"msdyn_name", std::string("purged")});
        if (stood == Stood::deleted) {
            one.vault.keep_deleted(bin_keep_max);
            REQUIRE(test::system_of(one.vault).remove(application, record));
        } else {
            child = one.vault.create(
                handle,
                std::pair{"msdyn_name", std::string("@child")},
                std::pair{"msdyn_octwitterapplicationid", TestVault::target(application, record)}
            );
        }
        if (stood == Stood::retained) {
            one.vault.retain_records();
            retain();
        }
        keys = value(read_keys(one.vault.data(), one.vault.clock().now()));
        backup = one.back_up();
        manifest = value(check_backup(backup)).manifest.value();
        REQUIRE(one.vault.reopen());
    }

    void retain() {
        Retain message;
        message.target = TestVault::target(application, record);
        one.vault.run_as_system<RetainReply>(Message{std::move(message)});
    }

    Holder holder(const std::string& name) {
        CreateCredential message;
        message.user = one.vault.user(name);
        message.name = "of " + name;
        message.lifetime = std::chrono::hours{24};
        const auto user = message.user;
        const auto made = one.vault.run_as_system<CredentialReply>(Message{std::move(message)});
        return {user, made.credential};
    }

    /// The vault of the backup with the newer log, as the command opens it.
    Vault& restore() {
        const auto verifier =
            value(merkle::parse_verifier_key(one.vault.vault().log_verifier_key()));
        one.vault.close();
        newer = std::make_shared<const LogArchive>(value(
            LogArchive::open(one.vault.data(), verifier, manifest.log_size, manifest.log_root)
        ));
        restoring = value(Restoring::begin(one.other("restored")));
        REQUIRE(restoring->copy(backup, manifest, keys));
        REQUIRE(refill_log(*newer, verifier, restoring->place() / "store"));
        VaultOptions options;
        options.data = restoring->place();
        options.monotonic = [] { return std::chrono::milliseconds{0}; };
        options.anchor.rule = AnchorRule::restored;
        options.anchor.skip_versionnumbers = true;
        options.anchor.new_origin.emplace();
        options.anchor.new_origin->refill = newer;
        const Unsealing unsealing(crypto::key_file_offer(one.vault.key_file()));
        vault = value(Vault::open(std::move(options), unsealing, one.vault.clock(), random));
        since = value(taken_since(*newer, vault->view().keys().details));
        return *vault;
    }

    [[nodiscard]] bool is_valid(const Holder& who) const {
        const auto view = vault->view();
        return !view.facts().credential(who.credential)->revoked;
    }

    BackedUpVault one;
    Uuid role, record, child;
    Holder first, second;
    KeyBackup keys;
    fs::path backup;
    BackupManifest manifest;
    SystemRandom random;
    std::shared_ptr<const LogArchive> newer;
    std::unique_ptr<Restoring> restoring;
    std::unique_ptr<Vault> vault;
    TakenSince since;
};

}  // namespace

TEST_CASE("a credential that ended after the backup ends again, whatever ended it", "[backup]") {
    Replayed scene;
    auto system = test::system_of(scene.one.vault);
    auto& vault = scene.one.vault;
    SECTION("it was revoked") {
        vault.run_as_system<NoContent>(Message{RevokeCredential{scene.first.credential}});
    }
    SECTION("administration was given to its user with the root key") {
        vault.run_as_system<NoContent>(Message{NoteRecovery{scene.first.user}});
    }
    SECTION("its user was disabled") {
        REQUIRE(system.update("systemuser", scene.first.user, std::pair{"isdisabled", true}));
    }
    SECTION("its user was disabled, and is not any more") {
        REQUIRE(system.update("systemuser", scene.first.user, std::pair{"isdisabled", true}));
        REQUIRE(system.update("systemuser", scene.first.user, std::pair{"isdisabled", false}));
    }
    SECTION("its user lost a role") {
        REQUIRE(system.disassociate("systemuserroles_association", scene.first.user, scene.role));
    }
    auto& restored = scene.restore();
    CHECK_FALSE(scene.since.from_many);
    REQUIRE(scene.is_valid(scene.first));
    CHECK(value(jobs::end_credentials_as_since(restored, scene.since)) == 1);
    CHECK_FALSE(scene.is_valid(scene.first));
    CHECK(scene.is_valid(scene.second));
    CHECK(value(verify_store(restored)).findings.empty());
}

TEST_CASE("a right that was taken from nobody knows whom is told as that", "[backup]") {
    Replayed scene;
    auto system = test::system_of(scene.one.vault);
    SECTION("a role lost a privilege") {
        RemovePrivilegeRole message;
        message.role = TestVault::target("role", scene.role);
        message.privilege = schema::privilege("prvReadmsdyn_octwitterapplication");
        REQUIRE(system.send(Message{std::move(message)}));
    }
    SECTION("a role is gone") { REQUIRE(system.remove("role", scene.role)); }
    auto& restored = scene.restore();
    CHECK(scene.since.from_many);
    CHECK(value(jobs::end_all_credentials(restored)) == 2);
    CHECK_FALSE(scene.is_valid(scene.second));
}

TEST_CASE("what was given, made, renamed or only looked at takes nothing", "[backup]") {
    Replayed scene;
    auto& vault = scene.one.vault;
    auto system = test::system_of(vault);
    scene.holder("third");
    vault.associate("systemuserroles_association", scene.second.user, scene.role);
    vault.role("Writer", {"prvWritemsdyn_octwitterapplication"}, schema::Depth::global);
    REQUIRE(
        system.update("systemuser", scene.first.user, std::pair{"lastname", std::string("Other")})
    );
    REQUIRE(system.update("role", scene.role, std::pair{"name", std::string("Other")}));
    auto& restored = scene.restore();
    CHECK(scene.since.credentials.empty());
    CHECK(scene.since.users.empty());
    CHECK_FALSE(scene.since.from_many);
    CHECK(scene.since.orderly);
    CHECK(value(jobs::end_credentials_as_since(restored, scene.since)) == 0);
}

TEST_CASE("a log that ends without an orderly stop says so", "[backup]") {
    Replayed scene;
    auto& vault = scene.one.vault;
    const auto verifier = value(merkle::parse_verifier_key(vault.vault().log_verifier_key()));
    const auto keys = vault.vault().view().snapshot().keys;
    const auto look_at = [&](const fs::path& directory) {
        const auto archive = value(
            LogArchive::open(directory, verifier, scene.manifest.log_size, scene.manifest.log_root)
        );
        return value(taken_since(archive, keys->details));
    };
    scene.one.change();
    // As after kill -9. Files come and go while the vault is open, of the store too: then it is copied anew.
    const auto killed = scene.one.other("killed");
    fs::create_directory(killed);
    for (std::error_code gone = std::make_error_code(std::errc::interrupted); gone;) {
        fs::remove_all(killed / "store");
        fs::copy(vault.data() / "store", killed / "store", fs::copy_options::recursive, gone);
    }
    fs::copy_file(vault.data() / "log.vkey", killed / "log.vkey");
    CHECK_FALSE(look_at(killed).orderly);
    vault.close();
    CHECK(look_at(vault.data()).orderly);
    // Without an entry more than the backup has, too.
    const auto archive = value(LogArchive::open(vault.data(), verifier, 0, merkle::empty_root()));
    const auto same =
        value(LogArchive::open(vault.data(), verifier, archive.size(), archive.root()));
    CHECK(value(taken_since(same, keys->details)).orderly);
}

TEST_CASE("a record that was purged after the backup is purged again", "[backup]") {
    Replayed scene;
    auto& vault = scene.one.vault.vault();
    // The words of two people, as the log has them.
    for (const auto outcome : {audit::Outcome::intent, audit::Outcome::success}) {
        audit::Event event;
        event.time = vault.clock().now();
        event.node = vault.origin();
        event.action = audit::Action::purge;
        event.outcome = outcome;
        event.actor = {audit::ActorType::system, "SYSTEM", AuthMethod::internal, {}};
        event.table = application;
        event.record = scene.record;
        event.extras = {
            {"act", std::string(outcome == audit::Outcome::intent ? "approve" : "purged")}};
        REQUIRE(note_event(vault, event));
    }
    auto& restored = scene.restore();
    const storage::RowRef ref{schema::table(application)->id, scene.record};
    REQUIRE(scene.since.purged == std::vector{ref});
    const auto replayed = value(jobs::replay_since(restored, scene.since, pause));
    CHECK(replayed.purged == 1);
    CHECK(replayed.left.sentences.empty());
    Retrieve message;
    message.target = TestVault::target(application, scene.record);
    auto receipt = restored.run(restored.system(), Message{std::move(message)});
    REQUIRE(receipt);
    const auto gone = take_reply(std::move(*receipt));
    REQUIRE_FALSE(gone);
    CHECK(gone.error().code == Errc::not_found);
    const auto report = value(verify_store(restored));
    CHECK(report.findings.empty());
    CHECK(report.purged_records == 1);
    // Once more changes nothing, and what the backup never had is nothing to purge.
    TakenSince other;
    other.purged = {{schema::table(application)->id, Uuid::random(scene.random)}};
    CHECK(value(jobs::replay_since(restored, other, pause)).purged == 0);
}

TEST_CASE("a record that lay in the recycle bin of the backup is purged as well", "[backup]") {
    Replayed scene(Stood::deleted);
    auto& restored = scene.restore();
    CHECK(value(verify_store(restored)).kept == 1);
    TakenSince since;
    since.purged = {{schema::table(application)->id, scene.record}};
    CHECK(value(jobs::replay_since(restored, since, pause)).purged == 1);
    const auto report = value(verify_store(restored));
    CHECK(report.findings.empty());
    CHECK(report.kept == 0);
    Restore message;
    message.target = TestVault::target(application, scene.record);
    auto receipt = restored.run(restored.system(), Message{std::move(message)});
    REQUIRE(receipt);
    const auto gone = take_reply(std::move(*receipt));
    REQUIRE_FALSE(gone);
    CHECK(gone.error().code == Errc::not_found);
}

TEST_CASE("a retained record that was purged after the backup is gone again, alone", "[backup]") {
    const auto stood = GENERATE(Stood::there, Stood::retained);
    Replayed scene(stood);
    scene.one.vault.retain_records();
    if (stood == Stood::there) scene.retain();
    const auto ended = scene.one.vault.run_as_system<PurgeRetainedReply>(PurgeRetainedContent{});
    REQUIRE(ended.ended.size() == 1);
    auto& restored = scene.restore();
    const storage::RowRef ref{schema::table(application)->id, scene.record};
    REQUIRE(scene.since.retained_ended == std::vector{ref});
    CHECK(scene.since.purged.empty());
    CHECK(value(jobs::replay_since(restored, scene.since, pause)).purged == 1);
    const auto there = [&](std::string_view table, const Uuid& id) {
        Retrieve message;
        message.target = TestVault::target(table, id);
        auto receipt = restored.run(restored.system(), Message{std::move(message)});
        REQUIRE(receipt);
        return take_reply(std::move(*receipt)).has_value();
    };
    CHECK_FALSE(there(application, scene.record));
    CHECK(there(handle, scene.child));
    const auto report = value(verify_store(restored));
    CHECK(report.findings.empty());
    CHECK(report.retained == 0);
    // What the backup never had is nothing to end.
    TakenSince other;
    other.retained_ended = {{schema::table(application)->id, Uuid::random(scene.random)}};
    CHECK(value(jobs::replay_since(restored, other, pause)).purged == 0);
}

TEST_CASE("a record KEK that was compromised after the backup is so again", "[backup]") {
    Replayed scene;
    auto& vault = scene.one.vault.vault();
    const auto system = vault.system();
    std::uint64_t log_entries = 0;
    jobs::KeyChange change(vault, system, crypto::Purpose::record_kek, log_entries);
    REQUIRE(change.activate(2, crypto::KeyState::compromised));
    auto& restored = scene.restore();
    CHECK(scene.since.compromised == std::set<std::uint32_t>{1});
    const auto replayed = value(jobs::replay_since(restored, scene.since, pause));
    CHECK(replayed.compromised == std::vector<std::uint32_t>{1});
    REQUIRE(replayed.left.sentences.size() == 1);
    CHECK(replayed.left.sentences.front().find("rookery key compromise 1") != std::string::npos);
    const auto view = restored.view();
    const auto& keyring = view.keys().keyring;
    CHECK(keyring.entry(crypto::Purpose::record_kek, 1)->state == crypto::KeyState::compromised);
    CHECK(keyring.entry(crypto::Purpose::record_kek, 2)->state == crypto::KeyState::active);
    CHECK(value(verify_store(restored)).findings.empty());
}

TEST_CASE("what a restore leaves to do is in the status until it is done", "[backup]") {
    Replayed scene;
    auto& restored = scene.restore();
    RestoreLeft left;
    left.sentences = {"record KEK 1 is compromised", "slot 2 is back"};
    audit::Event event;
    event.time = scene.one.vault.clock().now();
    event.node = restored.origin();
    event.action = audit::Action::restore;
    event.actor = {audit::ActorType::system, "SYSTEM", AuthMethod::internal, {}};
    const auto warning = [&] {
        const auto view = restored.view();
        const auto& own = view.keys();
        const auto handovers =
            value(audit::read_handovers(*view.store(), own.signing.public_key()));
        return value(restore_warning(view.store(), own.details, handovers, own.keyring));
    };
    CHECK_FALSE(warning());
    bool warns = false;
    SECTION("of a key that is there") {
        left.keks = {1, 7};
        warns = true;
    }
    SECTION("of a key that is gone") { left.keks = {7}; }
    SECTION("of ways in that are there") {
        left.slot_set = restored.view().keys().keyring.slot_set();
        warns = true;
    }
    SECTION("of ways in that are others now") {
        left.slot_set = restored.view().keys().keyring.slot_set() + 1;
    }
    add_left(event, left);
    REQUIRE(note_event(restored, event));
    CHECK(warning().has_value() == warns);
    // And who opens the vault later is told by its status.
    scene.vault.reset();
    VaultOptions options;
    options.data = scene.restoring->place();
    options.monotonic = [] { return std::chrono::milliseconds{0}; };
    const Unsealing unsealing(crypto::key_file_offer(scene.one.vault.key_file()));
    scene.vault =
        value(Vault::open(std::move(options), unsealing, scene.one.vault.clock(), scene.random));
    const auto& told = scene.vault->parts().services.opening_warnings;
    const auto says = [](const std::string& one) {
        return one.find("left something to do: record KEK 1 is compromised") != std::string::npos;
    };
    CHECK(std::ranges::any_of(told, says) == warns);
}

TEST_CASE(
    "somebody's word that a key is known to others counts before any job has run", "[backup]"
) {
    TakenSince since;
    audit::Event event;
    event.action = audit::Action::key_compromised;
    event.outcome = audit::Outcome::intent;
    event.time = from_ms(1'800'000'000'000);
    event.extras = {{"purpose", std::string("record-kek")}, {"kek", std::uint64_t{3}}};
    since.note(1, event);
    CHECK(since.compromised == std::set<std::uint32_t>{3});
    event.extras[1].second = std::string("all");
    since.note(2, event);
    CHECK(since.all_compromised == event.time);
    event.outcome = audit::Outcome::denied;
    event.extras[1].second = std::uint64_t{4};
    since.note(3, event);
    CHECK_FALSE(since.compromised.contains(4));
}

TEST_CASE("a key that was destroyed and a way in that was removed are named", "[backup]") {
    TakenSince since;
    audit::Event event;
    event.action = audit::Action::key_destroy;
    event.outcome = audit::Outcome::success;
    event.extras = {{"purpose", std::string("record-kek")}, {"kek", std::uint64_t{1}}};
    since.note(1, event);
    CHECK(since.destroyed == std::set<std::uint32_t>{1});
    event.action = audit::Action::slot_remove;
    event.extras = {{"slot", std::uint64_t{2}}, {"label", std::string("board")}};
    since.note(2, event);
    REQUIRE(since.ways.size() == 1);
    CHECK(since.ways.front() == "slot 2 'board' was removed");

    BackedUpVault one;
    const auto replayed = value(jobs::replay_since(one.vault.vault(), since, pause));
    REQUIRE(replayed.left.sentences.size() == 1);
    CHECK(replayed.left.sentences.front().find("record KEK 1 was destroyed") != std::string::npos);
    // It is used for nothing new.
    const auto view = one.vault.vault().view();
    CHECK(
        view.keys().keyring.entry(crypto::Purpose::record_kek, 1)->state ==
        crypto::KeyState::decrypt_only
    );
}

}  // namespace replay_since_test
