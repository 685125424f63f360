// A backup that is restored with a newer log beside it: the log is whole afterwards, and no row is of the newer time.
#include "vault/log_refill.hpp"

#include "audit/log_reader.hpp"
#include "backup/backed_up_vault.hpp"
#include "messages/sender.hpp"
#include "rookery/verify.hpp"
#include "storage/rocksdb_store.hpp"
#include "vault/restoring.hpp"
#include "vault/vault_parts.hpp"
#include "vault/verify_store.hpp"

#include <functional>

namespace log_refill_test {

using namespace rookery;
using namespace rookery::messages;
using rookery::test::BackedUpVault;
using rookery::test::content;
using rookery::test::TestVault;
using rookery::test::value;

namespace fs = std::filesystem;

namespace {

constexpr std::string_view application = "msdyn_octwitterapplication";
constexpr std::string_view secret = "msdyn_securetwitterconsumersecret";

/// A backup, and the vault as it went on after it: a record was changed, one removed and one made.
struct Refilled {
    explicit Refilled(int changes = 3) {
        let_system_write_tokens();
        stays = make("as it was");
        removed = make("removed");
        backup = one.back_up();
        manifest = value(check_backup(backup)).manifest.value();
        REQUIRE(one.vault.reopen());
        auto system = test::system_of(one.vault);
        REQUIRE(system.update(application, stays, std::pair{"msdyn_name", std::string("changed")}));
        REQUIRE(system.remove(application, removed));
        REQUIRE(system.update(
            application,
            stays,
            std::pair<std::string_view, SecretBytes>{secret, SecretBytes::copy_of("since")}
        ));
        AcknowledgeTokenVersion acknowledge;
        acknowledge.target = TestVault::target(application, stays);
        acknowledge.number = 3;
        REQUIRE(system.send(std::move(acknowledge)));
        for (int i = 0; i < changes; ++i) made = make("made since");
        keys = value(read_keys(one.vault.data(), one.vault.clock().now()));
        verifier = value(merkle::parse_verifier_key(one.vault.vault().log_verifier_key()));
        one.vault.close();
    }

    Uuid make(const std::string& name) {
        return one.vault.create(
            application,
            std::pair{"msdyn_name", name},
            std::pair{secret, SecretBytes::copy_of("secret of " + name)}
        );
    }

    void let_system_write_tokens() {
        const auto profile =
            one.vault.create("fieldsecurityprofile", std::pair{"name", std::string("write")});
        one.vault.create(
            "fieldpermission",
            std::pair{"fieldsecurityprofileid", TestVault::target("fieldsecurityprofile", profile)},
            std::pair{"entityname", std::string(application)},
            std::pair{"attributelogicalname", std::string(secret)},
            std::pair{"canread", std::int64_t{4}},
            std::pair{"canreadunmasked", std::int64_t{3}},
            std::pair{"cancreate", std::int64_t{4}},
            std::pair{"canupdate", std::int64_t{4}}
        );
        one.vault.associate(
            "systemuserprofiles_association", one.vault.vault().system().user, profile
        );
    }

    [[nodiscard]] Result<LogArchive> archive() const {
        return LogArchive::open(one.vault.data(), verifier, manifest.log_size, manifest.log_root);
    }

    /// As the command does it; `tamper` has the copy between the two steps.
    Result<std::unique_ptr<Vault>> restore(
        const std::function<void(const fs::path& copy)>& tamper = [](const fs::path&) {}
    ) {
        ROOKERY_TRY(auto opened, archive());
        const auto newer = std::make_shared<const LogArchive>(std::move(opened));
        restoring = nullptr;
        ROOKERY_TRY(restoring, Restoring::begin(one.other("restored")));
        ROOKERY_CHECK(restoring->copy(backup, manifest, keys));
        ROOKERY_CHECK(refill_log(*newer, verifier, restoring->place() / "store"));
        tamper(restoring->place());
        VaultOptions options;
        options.data = restoring->place();
        options.monotonic = [] { return std::chrono::milliseconds{0}; };
        options.anchor.rule = AnchorRule::restored;
        options.anchor.skip_versionnumbers = true;
        options.anchor.second = anchor;
        options.anchor.new_origin.emplace();
        options.anchor.new_origin->reason = "a test";
        options.anchor.new_origin->refill = newer;
        const Unsealing unsealing(crypto::key_file_offer(one.vault.key_file()));
        return Vault::open(std::move(options), unsealing, one.vault.clock(), random);
    }

    /// The log row of an entry in the archive, as somebody with the disk changes it.
    void change_archive(std::uint64_t index, const std::function<void(std::string&)>& change) {
        const auto store = one.vault.store();
        auto row = value(store->view()->get(storage::Family::log, audit::entry_key(index)));
        change(*row);
        const auto commit = store->begin();
        commit->put(storage::Family::log, audit::entry_key(index), *row);
        REQUIRE(commit->write());
    }

    BackedUpVault one;
    Uuid stays, removed, made;
    fs::path backup;
    fs::path anchor;
    BackupManifest manifest;
    KeyBackup keys;
    merkle::VerifierKey verifier;
    SystemRandom random;
    std::unique_ptr<Restoring> restoring;
};

void flip(std::string& row, std::size_t at) { row[at] = static_cast<char>(row[at] ^ 1); }

std::string name_of(Vault& vault, const Uuid& id) {
    Retrieve message;
    message.target = TestVault::target(application, id);
    auto receipt = vault.run(vault.system(), Message{std::move(message)});
    if (!receipt) return "none";
    const auto reply = take_reply_as<RowReply>(std::move(*receipt));
    if (!reply) return "none";
    const auto* name = reply->row.row->get<std::string>("msdyn_name");
    return name == nullptr ? "unnamed" : *name;
}

std::vector<audit::Event> events_of(Vault& vault) {
    const auto view = vault.view();
    const auto reader = value(audit::LogReader::open(view.store(), &view.keys().details));
    std::vector<audit::Event> out;
    for (std::uint64_t index = 0; index < reader.size(); ++index) {
        out.push_back(value(reader.read(index, audit::Sections::core_and_priv)).event);
    }
    return out;
}

}  // namespace

TEST_CASE("a log that is filled in is whole, and the rows are those of the backup", "[backup]") {
    Refilled scene;
    const auto size = value(scene.archive()).size();
    const auto vault = value(scene.restore());
    CHECK(name_of(*vault, scene.stays) == "as it was");
    CHECK(name_of(*vault, scene.removed) == "removed");
    CHECK(name_of(*vault, scene.made) == "none");
    const auto events = events_of(*vault);
    REQUIRE(events.size() > size);
    std::size_t told = 0;
    for (const auto& event : events) {
        const bool of_made = event.record == scene.made && event.action == audit::Action::create;
        const bool of_removed =
            event.record == scene.removed && event.action == audit::Action::remove;
        told += of_made || of_removed ? 1 : 0;
    }
    CHECK(told == 2);
    const auto view = vault->view();
    const auto handovers =
        value(audit::read_handovers(*view.store(), view.keys().signing.public_key()));
    REQUIRE(handovers.all().size() == 1);
    const auto& handover = handovers.all().front();
    CHECK(handover.size == size);
    CHECK(handover.seen_size == size);
    CHECK(handover.rows_size == scene.manifest.log_size);
    CHECK(value(verify_store(*vault)).findings.empty());

    // And what is written from now on is compared with the log again.
    auto receipt = vault->run(vault->system(), Message{[&] {
                                  Upsert message;
                                  message.target = TestVault::target(application, scene.stays);
                                  message.input.cells.push_back(TestVault::cell(
                                      application, "msdyn_name", std::string("again")
                                  ));
                                  return message;
                              }()});
    REQUIRE(receipt);
    CHECK(value(verify_store(*vault)).findings.empty());
}

TEST_CASE(
    "whoever has seen the newer log finds all of it in the one that was filled in", "[backup]"
) {
    Refilled scene;
    VerifyOptions options;
    options.verifier_key = merkle::format_verifier_key(scene.verifier);
    options.state_file = scene.one.other("seen.checkpoint");
    REQUIRE(verify_log(scene.one.vault.data(), options).status == VerifyStatus::ok);
    value(scene.restore()).reset();
    REQUIRE(scene.restoring->finish());
    const auto report = verify_log(scene.one.other("restored"), options);
    INFO(report.problem);
    CHECK(report.status == VerifyStatus::ok);
    REQUIRE(report.handovers.size() == 1);
    CHECK(report.handovers[0].find("were filled in from a newer copy") != std::string::npos);
    CHECK(report.handovers[0].find("are not in this log") == std::string::npos);
}

TEST_CASE(
    "an anchor that knows of the newer log is met by the one that was filled in", "[backup]"
) {
    Refilled scene;
    scene.anchor = scene.one.other("second.anchor");
    fs::copy_file(scene.one.vault.data() / "anchor", scene.anchor);
    value(scene.restore()).reset();
    REQUIRE(scene.restoring->finish());
    // Served with the anchor as it is there: nobody has to accept anything.
    VaultOptions options;
    options.data = scene.one.other("restored");
    options.monotonic = [] { return std::chrono::milliseconds{0}; };
    options.anchor.rule = AnchorRule::both_places;
    options.anchor.second = scene.anchor;
    const Unsealing unsealing(crypto::key_file_offer(scene.one.vault.key_file()));
    CHECK(Vault::open(std::move(options), unsealing, scene.one.vault.clock(), scene.random));
}

TEST_CASE(
    "an entry that was changed, moved or taken out of the newer log is not filled in", "[backup]"
) {
    Refilled scene;
    const auto index = scene.manifest.log_size + 2;
    SECTION("its leaf") {
        scene.change_archive(index, [](std::string& row) { flip(row, 40); });
    }
    SECTION("a node beside it") {
        scene.change_archive(index, [](std::string& row) { flip(row, 86); });
    }
    SECTION("its end") {
        scene.change_archive(index, [](std::string& row) { row.pop_back(); });
    }
    SECTION("another one in its place") {
        const auto store = scene.one.vault.store();
        const auto other =
            value(store->view()->get(storage::Family::log, audit::entry_key(index + 1)));
        const auto commit = store->begin();
        commit->put(storage::Family::log, audit::entry_key(index), *other);
        REQUIRE(commit->write());
    }
    SECTION("nothing in its place") {
        const auto store = scene.one.vault.store();
        const auto commit = store->begin();
        commit->remove(storage::Family::log, audit::entry_key(index));
        REQUIRE(commit->write());
    }
    const auto restored = scene.restore();
    REQUIRE_FALSE(restored);
    CHECK(restored.error().code == Errc::integrity);
    CHECK(restored.error().message.find("entry " + std::to_string(index)) != std::string::npos);
}

TEST_CASE("what nobody vouches for is not filled in", "[backup]") {
    Refilled scene;
    SECTION("beyond the archive's state and checkpoint") {
        // The state row and its checkpoint are taken away: the entries alone prove nothing.
        const auto store = scene.one.vault.store();
        const auto commit = store->begin();
        commit->remove(storage::Family::meta, "state");
        const auto log = value(audit::LogReader::open(store->view(), nullptr));
        auto state = log.state();
        state.checkpoint_size = 0;
        commit->put(storage::Family::log, audit::state_key(), audit::encode(state));
        const auto notes = store->view()->scan(
            {storage::Family::log,
             std::string(1, audit::checkpoint_prefix),
             std::string(1, audit::state_prefix)},
            storage::Order::ascending
        );
        for (; notes->valid(); notes->next()) commit->remove(storage::Family::log, notes->key());
        REQUIRE(commit->write());
        CHECK_FALSE(scene.restore());
    }
    SECTION("another log between the two steps") {
        CHECK_FALSE(scene.restore([](const fs::path& copy) {
            const auto store =
                value(storage::open_rocksdb(copy / "store", storage::OpenMode::must_exist));
            const auto log = value(audit::LogReader::open(store->view(), nullptr));
            auto row =
                value(store->view()->get(storage::Family::log, audit::entry_key(log.size() - 1)));
            flip(*row, 40);
            const auto commit = store->begin();
            commit->put(storage::Family::log, audit::entry_key(log.size() - 1), *row);
            REQUIRE(commit->write());
        }));
    }
}

TEST_CASE(
    "a newer log is filled in by its checkpoint when the keyring is an older one", "[backup]"
) {
    Refilled scene;
    // As of another row key: the state row says nothing to this keyring, the signature does.
    {
        const auto store = scene.one.vault.store();
        const auto commit = store->begin();
        commit->put(storage::Family::meta, "state", std::string(218, 'x'));
        REQUIRE(commit->write());
    }
    const auto vault = value(scene.restore());
    CHECK(value(verify_store(*vault)).findings.empty());
}

TEST_CASE("a log of many batches is filled in, with its checkpoints", "[backup][slow]") {
    Refilled scene(600);
    const auto size = value(scene.archive()).size();
    REQUIRE(size > scene.manifest.log_size + 550);
    const auto vault = value(scene.restore());
    CHECK(vault->view().snapshot().log_size > size);
    CHECK(value(verify_store(*vault)).findings.empty());
}

}  // namespace log_refill_test
