// What a reviewer is told: pages over a long log, records by unique handle id, names for ids.
#include "audit/log_row.hpp"
#include "audit/prepared_event.hpp"
#include "ledger/ledger.hpp"
#include "support/test_vault.hpp"
#include "vault/vault_parts.hpp"

#include <algorithm>

namespace review_test {

using namespace rookery;
using namespace rookery::messages;
using rookery::test::TestVault;
using rookery::test::value;

namespace {

constexpr std::string_view secrets = "msdyn_octwitterhandlesecret";

/// Entries about nothing in particular, as many in a batch as the ledger takes.
void add_entries(Vault& vault, std::size_t count) {
    audit::Event event;
    event.action = audit::Action::retrieve;
    while (count > 0) {
        const auto view = vault.view();
        ledger::Plan plan;
        plan.access_epoch = view.snapshot().access_epoch;
        plan.keyring_epoch = view.snapshot().keyring_epoch;
        for (; count > 0 && plan.events.size() < 1000; --count) {
            event.time = vault.clock().now();
            plan.events.push_back(audit::prepare(event, view.keys().details, vault.random()));
        }
        REQUIRE(std::holds_alternative<ledger::Receipt>(
            vault.ledger().commit(ledger::Pending(std::move(plan)))
        ));
    }
}

const std::string number = "4711";

Uuid handle(TestVault& vault) {
    return vault.create(
        "msdyn_octwitterhandle",
        std::pair{"msdyn_name", std::string("@rookery")},
        std::pair{"msdyn_octwitteruniquehandleid", number}
    );
}

/// Of the handle that is there.
Uuid record(TestVault& vault) {
    return vault.create(
        secrets,
        std::pair{"msdyn_name", std::string("rookery")},
        std::pair{"msdyn_octwitteruniquehandleid", number}
    );
}

void remove(TestVault& vault, std::string_view table, const Uuid& id) {
    vault.run_as_system<NoContent>(Delete{TestVault::target(table, id), {}});
}

/// Reads the log and nothing else.
access::Caller auditor(TestVault& vault) {
    const auto user = vault.user("auditor");
    vault.associate(
        "systemuserroles_association",
        user,
        vault.role("Auditor", {schema::prv_read_audit}, schema::Depth::global)
    );
    return TestVault::caller(user);
}

LogEntry newest(TestVault& vault, std::string_view message_name) {
    auto log = vault.run_as_system<LogReply>(RetrieveAuditEvents{});
    const auto found = std::ranges::find(log.entries, message_name, [](const LogEntry& entry) {
        return std::string_view(entry.event.message);
    });
    REQUIRE(found != log.entries.end());
    return std::move(*found);
}

std::string text_of_extra(const LogEntry& entry, std::string_view name) {
    for (const auto& [extra, value] : entry.event.extras) {
        if (extra == name) return std::get<std::string>(value);
    }
    return {};
}

/// Straight into the store, past the ledger: what somebody with the disk could do.
void flip_core(TestVault& vault, std::uint64_t index) {
    auto& store = *vault.vault().parts().store;
    const auto key = audit::entry_key(index);
    auto row = value(store.view()->get(storage::Family::log, key)).value();
    const auto core = value(audit::split_entry(row)).core_row;
    auto& last =
        row[static_cast<std::size_t>(core.data() + core.size() - 1 - bytes_of(row).data())];
    last = static_cast<char>(last ^ 1);
    const auto commit = store.begin();
    commit->put(storage::Family::log, key, row);
    REQUIRE(commit->write());
}

}  // namespace

TEST_CASE("a page without a match leads on while older entries were not examined", "[messages]") {
    TestVault vault;
    RetrieveAuditEvents review;
    handle(vault);
    review.record = record(vault);
    add_entries(vault.vault(), 20'000);

    const auto first = vault.run_as_system<LogReply>(review);
    CHECK(first.entries.empty());
    REQUIRE(first.next_below);
    CHECK(*first.next_below == first.log_size - 20'000);

    review.below = first.next_below;
    const auto second = vault.run_as_system<LogReply>(review);
    REQUIRE(second.entries.size() == 1);
    CHECK(second.entries.front().event.action == audit::Action::create);
    CHECK_FALSE(second.next_below);
}

TEST_CASE("a reviewer who has seen the log up to an index is given what came since", "[messages]") {
    TestVault vault;
    handle(vault);
    RetrieveAuditEvents review;
    review.from = vault.run_as_system<LogReply>(review).log_size;
    record(vault);
    const auto since = vault.run_as_system<LogReply>(review);
    REQUIRE(since.entries.size() == 2);
    CHECK(since.entries[0].event.message == "Create");
    CHECK(since.entries[1].event.action == audit::Action::audit_read);
    CHECK(since.entries[1].index == review.from);
    CHECK_FALSE(since.next_below);
}

TEST_CASE(
    "who may read the log names a record by its unique handle id without a right on it",
    "[messages]"
) {
    TestVault vault;
    const auto reader = auditor(vault);
    const auto stranger = TestVault::caller(vault.user("stranger"));
    handle(vault);
    const auto id = record(vault);
    RetrieveAuditEvents review;
    review.unique_handle_id = number;

    const auto log = value(vault.run<LogReply>(reader, review));
    CHECK(log.record == id);
    REQUIRE(log.entries.size() == 1);
    CHECK(log.entries.front().event.record == id);
    CHECK(text_of_extra(newest(vault, "rky_RetrieveAuditEvents"), "record") == to_string(id));

    // Without that right, one that is there and one that is not are the same.
    const auto there = vault.run<LogReply>(stranger, review).error();
    review.unique_handle_id = "4712";
    const auto not_there = vault.run<LogReply>(stranger, review).error();
    CHECK(there.code == Errc::missing_privilege);
    CHECK(not_there.code == there.code);
    CHECK(not_there.message == there.message);
}

TEST_CASE(
    "a unique handle id names the record that has it now, a deleted one has its id", "[messages]"
) {
    TestVault vault;
    const auto reader = auditor(vault);
    handle(vault);
    const auto old = record(vault);
    remove(vault, secrets, old);
    RetrieveAuditEvents review;
    for (const auto& id : {number, std::string("0"), std::string(" ")}) {
        review.unique_handle_id = id;
        CHECK(vault.run<LogReply>(reader, review).error().code == Errc::key_not_found);
    }
    const auto next = record(vault);
    review.unique_handle_id = number;
    const auto log = value(vault.run<LogReply>(reader, review));
    REQUIRE(log.entries.size() == 1);
    CHECK(log.entries.front().event.record == next);

    RetrieveAuditEvents by_id;
    by_id.record = old;
    CHECK(value(vault.run<LogReply>(reader, by_id)).entries.size() == 2);
}

TEST_CASE(
    "an entry about a pair has the names of both ends and of the rule, while they are there",
    "[messages]"
) {
    TestVault vault;
    const auto user = vault.user("Rita");
    const auto role = vault.role("Reader", {"prvReadTeam"}, schema::Depth::global);
    vault.associate("systemuserroles_association", user, role);

    const auto given = newest(vault, "Associate");
    CHECK(given.names.at(to_string(user)) == "Rita");
    CHECK(given.names.at(to_string(role)) == "Reader");
    const auto path = given.event.rule->path;
    CHECK(given.names.at(path.substr(path.find(':') + 1, 36)) == "Rookery System");

    const auto* privilege = schema::privilege("prvReadTeam");
    const auto added = newest(vault, "AddPrivilegesRole");
    CHECK(added.names.at(to_string(schema::privilege_id(*privilege))) == "prvReadTeam");
    CHECK(added.names.at(to_string(role)) == "Reader");

    remove(vault, "role", role);
    CHECK(newest(vault, "Associate").names.count(to_string(role)) == 0);
    CHECK(newest(vault, "Associate").names.at(to_string(user)) == "Rita");
    // The role's own last entry keeps its name: it is one of the values that stand on the log.
    RetrieveAuditEvents review;
    review.record = role;
    const auto log = vault.run_as_system<LogReply>(review);
    CHECK(log.entries.front().event.message == "Delete");
    CHECK(log.entries.front().record_name == "Reader");
}

TEST_CASE("a credential's entry names its user", "[messages]") {
    TestVault vault;
    CreateCredential message;
    message.user = vault.user("Rita");
    message.name = "poster";
    message.lifetime = std::chrono::hours{1};
    vault.run_as_system<CredentialReply>(message);
    const auto made = newest(vault, "rky_CreateCredential");
    CHECK(made.record_name == "poster");
    CHECK(made.names.at(to_string(message.user)) == "Rita");
}

TEST_CASE("the log tells a privilege that a role lost from one that it was given", "[messages]") {
    TestVault vault;
    const auto role = vault.role("Reader", {"prvReadTeam"}, schema::Depth::global);
    AddPrivilegesRole message;
    message.role = TestVault::target("role", role);
    message.privileges = {{schema::privilege("prvReadRole"), schema::Depth::basic}};
    message.replace = true;
    vault.run_as_system<NoContent>(message);

    const auto log = vault.run_as_system<LogReply>(RetrieveAuditEvents{});
    std::map<std::string, std::uint64_t> after;
    for (const auto& entry : log.entries) {
        if (entry.event.message != "ReplacePrivilegesRole") continue;
        const auto version = entry.event.row_versions->after;
        const auto* extra = version == 0 ? "privilegeid.before" : "privilegeid";
        after[entry.names.at(text_of_extra(entry, extra))] = version;
    }
    CHECK(after == std::map<std::string, std::uint64_t>{{"prvReadRole", 1}, {"prvReadTeam", 0}});

    SECTION("and names the role when nothing was to be changed") {
        message.replace = false;
        message.privileges.clear();
        vault.run_as_system<NoContent>(message);
        const auto untouched = newest(vault, "AddPrivilegesRole");
        CHECK(untouched.event.record == role);
        CHECK(untouched.record_name == "Reader");
    }
}

TEST_CASE("a name of today is told from the one that principal or record had then", "[messages]") {
    TestVault vault;
    const auto user = vault.user("Rita");
    vault.associate(
        "systemuserroles_association",
        user,
        vault.role(
            "Writer",
            {"prvReadmsdyn_octwitterapplication", "prvWritemsdyn_octwitterapplication"},
            schema::Depth::global
        )
    );
    constexpr std::string_view table = "msdyn_octwitterapplication";
    const auto application = vault.create(table, std::pair{"msdyn_name", std::string("poster")});
    Retrieve read;
    read.target = TestVault::target(table, application);
    value(vault.run<RowReply>(TestVault::caller(user), read));
    auto entry = newest(vault, "Retrieve");
    CHECK(entry.actor_name == "Rita");
    CHECK(entry.actor_renamed == false);
    CHECK(entry.record_name == "poster");
    CHECK(entry.record_renamed == false);

    const auto rename =
        [&](std::string_view of, const Uuid& id, std::string_view column, std::string name) {
            Upsert message;
            message.target = TestVault::target(of, id);
            message.preconditions.must_exist = true;
            message.input.cells.push_back(TestVault::cell(of, column, std::move(name)));
            vault.run_as_system<NoContent>(std::move(message));
        };
    rename("systemuser", user, "lastname", "SYSTEM");
    rename(table, application, "msdyn_name", "msdyn_octwitterhandlesecret 4f9c");
    entry = newest(vault, "Retrieve");
    CHECK(entry.actor_name == "SYSTEM");
    CHECK(entry.actor_renamed == true);
    CHECK(entry.event.actor.type == audit::ActorType::human);
    CHECK(entry.record_name == "msdyn_octwitterhandlesecret 4f9c");
    CHECK(entry.record_renamed == true);
    // The entry of the renaming itself has the new name for its own.
    CHECK(newest(vault, "Update").record_renamed == false);

    // Who has his name back is called what he was called then.
    rename("systemuser", user, "lastname", "Rita");
    CHECK(newest(vault, "Retrieve").actor_renamed == false);

    // A change of something else is no new name.
    rename(table, application, "msdyn_name", "poster");
    rename(table, application, "msdyn_twitterenvironmentname", "eu");
    CHECK(newest(vault, "Retrieve").record_renamed == false);
}

TEST_CASE("an entry that does not tell a name then says nothing of it", "[messages]") {
    TestVault vault;
    const auto stranger = vault.user("stranger");
    const auto application =
        vault.create("msdyn_octwitterapplication", std::pair{"msdyn_name", std::string("poster")});
    Retrieve read;
    read.target = TestVault::target("msdyn_octwitterapplication", application);
    REQUIRE_FALSE(vault.run<RowReply>(TestVault::caller(stranger), read));
    const auto refused = newest(vault, "Retrieve");
    CHECK(refused.actor_renamed == false);
    CHECK(refused.record_name == "poster");
    CHECK_FALSE(refused.record_renamed);
}

TEST_CASE(
    "a name of another row is unsure once that row was changed after the entry", "[messages]"
) {
    TestVault vault;
    const auto user = vault.user("Rita");
    const auto role = vault.role("Reader", {"prvReadTeam"}, schema::Depth::global);
    vault.clock().advance(std::chrono::seconds{2});
    vault.associate("systemuserroles_association", user, role);
    const auto unsure = [&] {
        auto ids = newest(vault, "Associate").names_unsure;
        std::ranges::sort(ids);
        return ids;
    };
    CHECK(unsure().empty());
    vault.clock().advance(std::chrono::seconds{2});
    Upsert message;
    message.target = TestVault::target("role", role);
    message.preconditions.must_exist = true;
    message.input.cells.push_back(TestVault::cell("role", "name", std::string("Administrator")));
    vault.run_as_system<NoContent>(std::move(message));
    CHECK(unsure() == std::vector{to_string(role)});
}

TEST_CASE("a reviewer asks for what was done with one credential", "[messages]") {
    TestVault vault;
    const auto user = vault.user("Rita");
    auto first = TestVault::caller(user);
    auto second = first;
    first.fingerprint = {1, 2, 3, 4, 5, 6, 7, 8};
    second.fingerprint = {1, 2, 3, 4, 5, 6, 7, 9};
    value(vault.run<WhoAmIReply>(first, WhoAmI{}));
    value(vault.run<WhoAmIReply>(second, WhoAmI{}));
    RetrieveAuditEvents review;
    review.credential = second.fingerprint;
    const auto log = vault.run_as_system<LogReply>(review);
    REQUIRE(log.entries.size() == 1);
    CHECK(log.entries.front().event.actor.credential_fingerprint == second.fingerprint);
    CHECK(
        text_of_extra(newest(vault, "rky_RetrieveAuditEvents"), "credential") == "0102030405060709"
    );
    review.credential = ByteArray<8>{9};
    CHECK(vault.run_as_system<LogReply>(review).entries.empty());
}

TEST_CASE("an entry that was damaged is shown as unreadable and hides no other", "[messages]") {
    TestVault vault;
    const auto user = vault.user("Rita");
    handle(vault);
    RetrieveAuditEvents review;
    review.record = record(vault);
    const auto made = newest(vault, "Create");
    REQUIRE(made.event.record == review.record);
    CHECK_FALSE(made.unreadable);
    remove(vault, secrets, *review.record);
    REQUIRE(vault.run_as_system<LogReply>(review).entries.size() == 2);
    flip_core(vault, made.index);
    REQUIRE(vault.reopen());

    const auto log = vault.run_as_system<LogReply>(review);
    REQUIRE(log.entries.size() == 2);
    CHECK(log.entries[0].event.message == "Delete");
    CHECK_FALSE(log.entries[0].unreadable);
    const auto& damaged = log.entries[1];
    CHECK(damaged.index == made.index);
    CHECK(damaged.unreadable == audit::Unreadable::details_shut);
    CHECK(damaged.time == made.time);
    CHECK(damaged.event.message.empty());
    CHECK_FALSE(damaged.event.record);
    // Nothing says that it is not by her.
    RetrieveAuditEvents by_user;
    by_user.actor = user;
    const auto hers = vault.run_as_system<LogReply>(by_user);
    REQUIRE(hers.entries.size() == 1);
    CHECK(hers.entries.front().index == made.index);
    CHECK(newest(vault, "rky_RetrieveAuditEvents").event.count == 1);
}

TEST_CASE("what was written while the vault was sealed is marked, and nothing else", "[messages]") {
    TestVault vault;
    const TestVault other;
    vault.close();
    const auto kept = vault.key_file().string() + ".kept";
    std::filesystem::rename(vault.key_file(), kept);
    std::filesystem::copy_file(other.key_file(), vault.key_file());
    REQUIRE(vault.reopen().error().code == Errc::wrong_secret);
    std::filesystem::remove(vault.key_file());
    std::filesystem::rename(kept, vault.key_file());
    REQUIRE(vault.reopen());

    const auto log = vault.run_as_system<LogReply>(RetrieveAuditEvents{});
    std::size_t marked = 0;
    for (const auto& entry : log.entries) {
        INFO(entry.index);
        CHECK(entry.while_sealed == (entry.event.action == audit::Action::unseal_attempt));
        if (entry.while_sealed) ++marked;
    }
    CHECK(marked > 0);
    // The genesis is in clear as well, and what was written while the vault was made is not.
    RetrieveAuditEvents first;
    first.below = 1;
    const auto genesis = vault.run_as_system<LogReply>(std::move(first));
    REQUIRE(genesis.entries.size() == 1);
    CHECK(genesis.entries.front().event.action == audit::Action::genesis);
    CHECK_FALSE(genesis.entries.front().while_sealed);
}

}  // namespace review_test
