// Whoever can write to the disk gains nothing: straight writes into the stopped store, past the
// pipeline and without a key. What decides access is caught when the vault opens; the rest when it is
// read, or by the full scan behind `rookery verify`.
#include "ledger/vault_state.hpp"
#include "storage/index_key.hpp"
#include "storage/row_key.hpp"
#include "support/test_vault.hpp"
#include "vault/verify_store.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace tamper_test {

using namespace rookery;
using namespace rookery::messages;
using rookery::storage::Family;
using rookery::test::TestVault;
using rookery::test::value;

namespace {

constexpr std::string_view secrets = "msdyn_octwitterhandlesecret";
constexpr std::string_view token_column = "msdyn_useraccesstoken";
constexpr std::string_view token_secret_column = "msdyn_useraccesstokensecret";

/// The store as someone sees it who has the disk and no key. The vault must be closed.
class Disk {
 public:
    explicit Disk(const TestVault& vault) : store_(vault.store()) {}

    [[nodiscard]] std::string read(Family family, std::string_view key) const {
        auto found = value(store_->view()->get(family, key));
        REQUIRE(found.has_value());
        return std::move(*found);
    }

    [[nodiscard]] std::string row(std::string_view table, const Uuid& id) const {
        return read(Family::rows, key_of(table, id));
    }

    void write(Family family, std::string_view key, std::string_view bytes) {
        const auto commit = store_->begin();
        commit->put(family, key, bytes);
        REQUIRE(commit->write());
    }

    void write_row(std::string_view table, const Uuid& id, std::string_view bytes) {
        write(Family::rows, key_of(table, id), bytes);
    }

    void remove(Family family, std::string_view key) {
        const auto commit = store_->begin();
        commit->remove(family, key);
        REQUIRE(commit->write());
    }

    [[nodiscard]] std::vector<std::pair<std::string, std::string>> all(
        const storage::KeyRange& range
    ) const {
        std::vector<std::pair<std::string, std::string>> out;
        const auto cursor = store_->view()->scan(range, storage::Order::ascending);
        for (; cursor->valid(); cursor->next()) out.emplace_back(cursor->key(), cursor->value());
        return out;
    }

    [[nodiscard]] std::vector<std::pair<std::string, std::string>> rows(std::string_view table
    ) const {
        return all(storage::all_rows(*schema::table(table)));
    }

    [[nodiscard]] static std::string key_of(std::string_view table, const Uuid& id) {
        return storage::row_key({schema::table(table)->id, id});
    }

 private:
    std::unique_ptr<storage::Store> store_;
};

std::string raw(const Uuid& id) {
    return std::string(reinterpret_cast<const char*>(id.bytes.data()), 16);
}

/// `bytes` with every occurrence of one id replaced by another; there must be one.
std::string with_id(std::string bytes, const Uuid& from, const Uuid& to) {
    auto at = bytes.find(raw(from));
    REQUIRE(at != std::string::npos);
    for (; at != std::string::npos; at = bytes.find(raw(from), at + 16))
        bytes.replace(at, 16, raw(to));
    return bytes;
}

/// A vault with an agent who may read and unmask two records, and a thief with a user but no rights.
struct World {
    World() : agent(vault.user("agent")), thief(vault.user("thief")) {
        role = vault.role(
            "agents",
            {"prvCreatemsdyn_octwitterhandlesecret",
             "prvReadmsdyn_octwitterhandlesecret",
             "prvWritemsdyn_octwitterhandlesecret",
             "prvDeletemsdyn_octwitterhandlesecret"},
            schema::Depth::basic
        );
        profile = vault.create("fieldsecurityprofile", std::pair{"name", std::string("unmask")});
        for (const auto column : {token_column, token_secret_column}) {
            vault.create(
                "fieldpermission",
                std::pair{
                    "fieldsecurityprofileid", TestVault::target("fieldsecurityprofile", profile)},
                std::pair{"entityname", std::string(secrets)},
                std::pair{"attributelogicalname", std::string(column)},
                std::pair{"canread", std::int64_t{4}},
                std::pair{"cancreate", std::int64_t{4}},
                std::pair{"canupdate", std::int64_t{4}},
                std::pair{"canreadunmasked", std::int64_t{1}}
            );
        }
        team = vault.create(
            "team",
            std::pair{"name", std::string("agents")},
            std::pair{"teamtype", std::int64_t{0}},
            std::pair{
                "businessunitid",
                TestVault::target("businessunit", vault.vault().root_business_unit())}
        );
        vault.associate("systemuserroles_association", agent, role);
        vault.associate("systemuserprofiles_association", agent, profile);
        vault.associate("teammembership_association", team, agent);
        first = create("first");
        second = create("second");
    }

    Uuid create(const std::string& name) {
        Create message;
        message.table = schema::table(secrets);
        message.input.cells.push_back(TestVault::cell(secrets, "msdyn_name", name));
        message.input.cells.push_back(
            TestVault::cell(secrets, token_column, SecretBytes::copy_of("token of " + name))
        );
        message.input.cells.push_back(
            TestVault::cell(secrets, token_secret_column, SecretBytes::copy_of("secret of " + name))
        );
        return *value(vault.run<NoContent>(TestVault::caller(agent), std::move(message))).id;
    }

    void change(const Uuid& record, const std::string& token) {
        Upsert message;
        message.target = TestVault::target(secrets, record);
        message.preconditions.must_exist = true;
        message.input.cells.push_back(
            TestVault::cell(secrets, token_column, SecretBytes::copy_of(token))
        );
        value(vault.run<NoContent>(TestVault::caller(agent), std::move(message)));
    }

    void enable(const Uuid& user, bool enabled) {
        Upsert message;
        message.target = TestVault::target("systemuser", user);
        message.preconditions.must_exist = true;
        message.input.cells.push_back(TestVault::cell("systemuser", "isdisabled", !enabled));
        vault.run_as_system<NoContent>(std::move(message));
    }

    /// The token in clear, as this caller.
    Result<std::string> token(const Uuid& caller, const Uuid& record) {
        Retrieve message;
        message.target = TestVault::target(secrets, record);
        message.selection.columns = {schema::table(secrets)->column(token_column)};
        message.selection.unmasked = true;
        ROOKERY_TRY(auto reply, vault.run<RowReply>(TestVault::caller(caller), message));
        for (const auto& cell : reply.row.cells) {
            const auto* secret = std::get_if<SecretBytes>(&cell.value);
            if (cell.column->name == token_column && secret != nullptr) {
                return secret->expose([](ByteView bytes) { return std::string{text_of(bytes)}; });
            }
        }
        return std::string("(not in clear)");
    }

    /// Closes the vault, lets `attack` write, and opens it again.
    Result<void> after(const std::function<void(Disk&)>& attack) {
        vault.close();
        {
            Disk disk(vault);
            attack(disk);
        }
        return vault.reopen();
    }

    [[nodiscard]] bool scan_is_clean() { return value(verify_store(vault.vault())).ok(); }

    TestVault vault{test::Kept::on_disk};
    Uuid agent;
    Uuid thief;
    Uuid role;
    Uuid profile;
    Uuid team;
    Uuid first;
    Uuid second;
};

void require_does_not_open(World& world, const std::function<void(Disk&)>& attack) {
    const auto opened = world.after(attack);
    REQUIRE_FALSE(opened);
    REQUIRE(opened.error().code == Errc::integrity);
}

void require_unreadable_and_found(World& world, const Uuid& record) {
    const auto shown = world.token(world.agent, record);
    REQUIRE_FALSE(shown);
    REQUIRE(shown.error().code == Errc::integrity);
    REQUIRE(shown.error().message == "integrity check failed");
    REQUIRE_FALSE(world.scan_is_clean());
}

}  // namespace

TEST_CASE("a store that nobody touched opens, reads and scans clean", "[faults]") {
    World world;
    REQUIRE(world.after([](Disk&) {}));
    REQUIRE(value(world.token(world.agent, world.first)) == "token of first");
    REQUIRE(world.token(world.thief, world.first).error().code == Errc::missing_privilege);
    REQUIRE(world.scan_is_clean());
}

TEST_CASE("a record whose owner was edited on disk is shown to nobody", "[faults]") {
    World world;
    REQUIRE(world.after([&](Disk& disk) {
        const auto bytes = disk.row(secrets, world.first);
        disk.write_row(secrets, world.first, with_id(bytes, world.agent, world.thief));
    }));
    require_unreadable_and_found(world, world.first);
    REQUIRE_FALSE(world.token(world.thief, world.first));
    REQUIRE(value(world.token(world.agent, world.second)) == "token of second");
}

TEST_CASE("every flipped byte of a record's tagged part is refused at read", "[faults]") {
    World world;
    std::string original;
    REQUIRE(world.after([&](Disk& disk) { original = disk.row(secrets, world.first); }));
    // The trailer (docs/formats/row.md) is 8 + 1 + 120 + 4 bytes; the wrapped key has a case of its own.
    const std::size_t trailer = 133;
    REQUIRE(original.size() > trailer);
    // A step that is prime to the fields' sizes reaches all of them without opening 700 vaults.
    for (std::size_t at = 0; at < original.size() - trailer; at += 97) {
        CAPTURE(at);
        REQUIRE(world.after([&](Disk& disk) {
            auto bytes = original;
            bytes[at] = static_cast<char>(bytes[at] ^ 1);
            disk.write_row(secrets, world.first, bytes);
        }));
        require_unreadable_and_found(world, world.first);
    }
    REQUIRE(world.after([&](Disk& disk) { disk.write_row(secrets, world.first, original); }));
    REQUIRE(world.scan_is_clean());
}

TEST_CASE("two records that changed places on disk are shown to nobody", "[faults]") {
    World world;
    REQUIRE(world.after([&](Disk& disk) {
        const auto first = disk.row(secrets, world.first);
        disk.write_row(secrets, world.first, disk.row(secrets, world.second));
        disk.write_row(secrets, world.second, first);
    }));
    require_unreadable_and_found(world, world.first);
    require_unreadable_and_found(world, world.second);
}

TEST_CASE("a data key of another record opens nothing", "[faults]") {
    World world;
    REQUIRE(world.after([&](Disk& disk) {
        auto first = disk.row(secrets, world.first);
        const auto second = disk.row(secrets, world.second);
        const std::size_t wrapped_and_generation = 124;
        first.replace(
            first.size() - wrapped_and_generation,
            wrapped_and_generation,
            second.substr(second.size() - wrapped_and_generation)
        );
        disk.write_row(secrets, world.first, first);
    }));
    require_unreadable_and_found(world, world.first);
}

TEST_CASE("an older copy of a record that was put back is found by the scan", "[faults]") {
    World world;
    std::string before;
    REQUIRE(world.after([&](Disk& disk) { before = disk.row(secrets, world.first); }));
    world.change(world.first, "newer token");
    REQUIRE(world.after([&](Disk& disk) { disk.write_row(secrets, world.first, before); }));
    REQUIRE_FALSE(world.scan_is_clean());
}

TEST_CASE(
    "a deleted record that was put back, and one taken away, are found by the scan", "[faults]"
) {
    World world;
    std::string before;
    REQUIRE(world.after([&](Disk& disk) { before = disk.row(secrets, world.first); }));
    Delete message;
    message.target = TestVault::target(secrets, world.first);
    value(world.vault.run<NoContent>(TestVault::caller(world.agent), message));
    REQUIRE(world.scan_is_clean());

    SECTION("put back") {
        REQUIRE(world.after([&](Disk& disk) { disk.write_row(secrets, world.first, before); }));
        REQUIRE_FALSE(world.scan_is_clean());
    }
    SECTION("taken away") {
        REQUIRE(world.after([&](Disk& disk) {
            disk.remove(Family::rows, Disk::key_of(secrets, world.second));
        }));
        REQUIRE_FALSE(world.scan_is_clean());
    }
    SECTION("its tombstone taken away, so that the id could be used again") {
        REQUIRE(world.after([&](Disk& disk) {
            disk.remove(Family::rows, Disk::key_of(secrets, world.first));
        }));
        REQUIRE_FALSE(world.scan_is_clean());
    }
}

TEST_CASE("an index entry written on disk leads nobody to a record", "[faults]") {
    World world;
    const auto& table = *schema::table(secrets);
    const auto entry_of = [&](const Uuid& owner, const Uuid& record) {
        const auto range = storage::by_owner(table, {schema::table("systemuser")->id, owner});
        return range.lower + raw(record);
    };
    // The thief may read his own rows now, and the index says that the agent's row is one.
    world.vault.associate("systemuserroles_association", world.thief, world.role);
    REQUIRE(world.after([&](Disk& disk) {
        disk.write(Family::rowidx, entry_of(world.thief, world.first), "");
    }));
    RetrieveMultiple list;
    list.table = &table;
    list.query_digest = std::string(32, 'q');
    const auto shown = world.vault.run<ListReply>(TestVault::caller(world.thief), std::move(list));
    if (shown) REQUIRE(shown->rows.empty());
    REQUIRE_FALSE(world.token(world.thief, world.first));
    REQUIRE_FALSE(world.scan_is_clean());
}

TEST_CASE("an index entry taken away on disk is found by the scan", "[faults]") {
    World world;
    REQUIRE(world.after([&](Disk& disk) {
        const auto entries = disk.all({Family::rowidx, {}, std::string(8, '\xFF')});
        const auto of_first = std::find_if(entries.begin(), entries.end(), [&](const auto& entry) {
            return storage::id_of(entry.first) == world.first;
        });
        REQUIRE(of_first != entries.end());
        disk.remove(Family::rowidx, of_first->first);
    }));
    REQUIRE_FALSE(world.scan_is_clean());
}

TEST_CASE("a forged row of what decides access keeps the vault closed", "[faults]") {
    const auto* const table = GENERATE(
        "teammembership", "systemuserroles", "systemuserprofiles", "systemuser", "fieldpermission"
    );
    CAPTURE(table);
    World world;
    SystemRandom random;

    SECTION("a row of the agent's, rewritten for the thief under a new id") {
        require_does_not_open(world, [&](Disk& disk) {
            for (const auto& [key, bytes] : disk.rows(table)) {
                if (bytes.find(raw(world.agent)) == std::string::npos) continue;
                disk.write_row(
                    table, Uuid::random(random), with_id(bytes, world.agent, world.thief)
                );
                return;
            }
            // Tables that name no user: the last row again under another id.
            disk.write_row(table, Uuid::random(random), disk.rows(table).back().second);
        });
    }
    SECTION("a row rewritten in its place") {
        require_does_not_open(world, [&](Disk& disk) {
            auto [key, bytes] = disk.rows(table).back();
            bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 4);
            disk.write(Family::rows, key, bytes);
        });
    }
    SECTION("a row taken away") {
        require_does_not_open(world, [&](Disk& disk) {
            disk.remove(Family::rows, disk.rows(table).back().first);
        });
    }
}

TEST_CASE("a credential's hash copied to another user keeps the vault closed", "[faults]") {
    World world;
    const auto issue = [&](const Uuid& user) {
        CreateCredential message;
        message.user = user;
        message.name = "token";
        message.lifetime = std::chrono::hours{1};
        return world.vault.run_as_system<CredentialReply>(std::move(message)).credential;
    };
    const auto of_agent = issue(world.agent);
    const auto of_thief = issue(world.thief);

    SECTION("the thief's credential renamed to the agent") {
        require_does_not_open(world, [&](Disk& disk) {
            const auto bytes = disk.row("rky_credential", of_thief);
            disk.write_row("rky_credential", of_thief, with_id(bytes, world.thief, world.agent));
        });
    }
    SECTION("the thief's whole row under the agent's credential") {
        require_does_not_open(world, [&](Disk& disk) {
            disk.write_row("rky_credential", of_agent, disk.row("rky_credential", of_thief));
        });
    }
    SECTION("a revoked credential as it was before") {
        std::string before;
        REQUIRE(world.after([&](Disk& disk) { before = disk.row("rky_credential", of_agent); }));
        RevokeCredential revoke;
        revoke.credential = of_agent;
        world.vault.run_as_system<NoContent>(std::move(revoke));
        require_does_not_open(world, [&](Disk& disk) {
            disk.write_row("rky_credential", of_agent, before);
        });
    }
}

TEST_CASE("an older copy of what decides access keeps the vault closed", "[faults]") {
    World world;
    SECTION("a disabled user as he was before") {
        std::string before;
        REQUIRE(world.after([&](Disk& disk) { before = disk.row("systemuser", world.agent); }));
        world.enable(world.agent, false);
        REQUIRE(world.token(world.agent, world.first).error().code == Errc::user_disabled);
        require_does_not_open(world, [&](Disk& disk) {
            disk.write_row("systemuser", world.agent, before);
        });
    }
    SECTION("a membership that was ended") {
        std::vector<std::pair<std::string, std::string>> before;
        REQUIRE(world.after([&](Disk& disk) { before = disk.rows("teammembership"); }));
        Disassociate message;
        message.association = schema::association("teammembership_association");
        message.parent = TestVault::target("team", world.team);
        message.child = TestVault::target("systemuser", world.agent);
        world.vault.run_as_system<NoContent>(std::move(message));
        require_does_not_open(world, [&](Disk& disk) {
            for (const auto& [key, bytes] : before) disk.write(Family::rows, key, bytes);
        });
    }
}

TEST_CASE("the vault's state row opens only as it was last written", "[faults]") {
    World world;
    std::string before;
    REQUIRE(world.after([&](Disk& disk) {
        before = disk.read(Family::meta, ledger::vault_state_key);
    }));
    world.change(world.first, "newer token");

    SECTION("an older copy") {
        require_does_not_open(world, [&](Disk& disk) {
            disk.write(Family::meta, ledger::vault_state_key, before);
        });
    }
    SECTION("none") {
        require_does_not_open(world, [&](Disk& disk) {
            disk.remove(Family::meta, ledger::vault_state_key);
        });
    }
    SECTION("cut") {
        require_does_not_open(world, [&](Disk& disk) {
            disk.write(Family::meta, ledger::vault_state_key, before.substr(0, before.size() - 1));
        });
    }
    SECTION("one byte changed") {
        const auto part = GENERATE(0, 1, 2, 3);
        require_does_not_open(world, [&](Disk& disk) {
            auto bytes = disk.read(Family::meta, ledger::vault_state_key);
            // Past the format number, which has an answer of its own (newer_format).
            const auto at = 2 + static_cast<std::size_t>(part) * (bytes.size() - 3) / 3;
            bytes[at] = static_cast<char>(bytes[at] ^ 1);
            disk.write(Family::meta, ledger::vault_state_key, bytes);
        });
    }
}

}  // namespace tamper_test
