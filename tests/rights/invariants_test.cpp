// Every rule finds what breaks it and nothing else: what follows a history that breaks none is only
// worth something if this holds.
#include "rights/small_world.hpp"
#include "sync/sync_principal.hpp"

#include <catch2/catch.hpp>

namespace rookery::rights::invariants_test {
namespace {

using schema::Depth;
using schema::Right;

constexpr auto now = std::chrono::milliseconds{1'000'000};

/// Something that `caller` did to a world, and what is found in it.
struct Case {
    World before = small_world();
    World after = before;
    Deed deed;
    std::vector<RowChange> changes;

    explicit Case(const Uuid& caller) {
        deed.caller.user = caller;
        deed.now = Instant{now};
    }

    /// A change of both worlds, before the deed.
    template <class Change>
    Case& given(Change&& change) {
        change(before);
        change(after);
        return *this;
    }

    std::set<std::string> rules() const {
        std::set<std::string> out;
        const auto all = judge(state_of(before), state_of(after), changes, deed, Names());
        for (const auto& finding : all) out.insert(finding.rule);
        return out;
    }
};

using Rules = std::set<std::string>;

/// bob reads alice's record once he may unmask it; carol and adam may do everything to it.
void bob_reads(World& world) {
    const auto all = id_of(32);
    for (const auto right :
         {Right::create, Right::read, Right::write, Right::assign, Right::remove}) {
        grant(world, all, right, Depth::global);
    }
    grant(world, reading, Right::read, Depth::basic);
    world.user_roles.insert({{bob, reading}, {carol, all}, {adam, all}});
    world.user_profiles.emplace(bob, unmasking);
}

void add_credential(World& world, const Uuid& user, const Uuid& maker) {
    Credential row;
    row.user = user;
    row.maker = maker;
    row.expires = Instant{now} + std::chrono::hours{1};
    world.credentials[credential] = row;
}

storage::Row row_of(const schema::Table& table, const Uuid& id) {
    storage::Row out;
    out.table = &table;
    out.id = id;
    return out;
}

}  // namespace

TEST_CASE("a request that changes no right breaks no rule", "[rights]") {
    const auto caller = GENERATE(alice, bob, carol, adam);
    CHECK(Case(caller).rules() == Rules{});
}

TEST_CASE("plaintext is gained only by the grant, and with an entry that says so", "[rights]") {
    struct {
        Uuid caller;
        bool entry;
        Rules broken;
    } const rows[] = {
        {adam, true, {"no plaintext without the grant"}},
        {carol, false, {"a grant of plaintext is on the log"}},
        {carol, true, {}},
    };

    for (const auto& row : rows) {
        Case c(row.caller);
        c.given(bob_reads);
        c.deed.grant_event = row.entry;
        c.after.records[record].owner = bob;
        CHECK(c.rules() == row.broken);
    }
}

TEST_CASE("making a record active again is a gain, also of somebody who is disabled", "[rights]") {
    Case c(adam);
    c.given(bob_reads);
    c.given([](World& world) {
        world.records[record].owner = bob;
        world.users[bob].disabled = true;
    });
    c.before.records[record].active = false;
    CHECK(c.rules() == Rules{"no plaintext without the grant"});
    c.deed.caller.user = carol;
    c.deed.grant_event = true;
    CHECK(c.rules() == Rules{});
}

TEST_CASE("a value that the request brought is no gain, another one is", "[rights]") {
    Case c(adam);
    c.given(bob_reads);
    c.given([](World& world) { world.records[record].owner = bob; });
    c.before.records[record].values.clear();
    CHECK(c.rules() == Rules{"no plaintext without the grant"});
    c.deed.brings = {{secrets.id, token}};
    CHECK(c.rules() == Rules{});

    // It came with the request, but to another record than the one that is gained.
    c.before.records[record].values = c.after.records[record].values;
    c.before.records[record].active = false;
    CHECK(c.rules() == Rules{"no plaintext without the grant"});
}

TEST_CASE("a grant by a credential without the plaintext mark is none", "[rights]") {
    Case c(carol);
    c.given(bob_reads);
    c.deed.grant_event = true;
    c.deed.caller.plaintext = false;
    c.after.records[record].owner = bob;
    CHECK(c.rules() == Rules{"no plaintext without the grant"});
}

TEST_CASE("nothing is gained for oneself, the grant or not", "[rights]") {
    Case c(carol);
    c.given(bob_reads);
    c.given([](World& world) { world.user_profiles.emplace(carol, unmasking); });
    c.deed.grant_event = true;
    c.before.records[record].active = false;
    CHECK(c.rules() == Rules{"never for oneself"});
}

TEST_CASE("nothing is gained for whom one made a credential that works", "[rights]") {
    Case c(carol);
    c.given(bob_reads);
    c.deed.grant_event = true;
    c.after.records[record].owner = bob;
    c.given([](World& world) { add_credential(world, bob, carol); });
    CHECK(c.rules() == Rules{"never for whom one acts as"});
    SECTION("not when somebody else made it") {
        c.given([](World& world) { world.credentials[credential].maker = adam; });
    }
    SECTION("not when it is revoked") {
        c.given([](World& world) { world.credentials[credential].revoked = true; });
    }
    SECTION("not when it has expired") {
        c.given([](World& world) { world.credentials[credential].expires = Instant{now}; });
    }
    SECTION("not when its user's counter moved on") {
        c.given([](World& world) { world.users[bob].counter = 1; });
    }
    CHECK(c.rules() == Rules{});
}

TEST_CASE("a unit moved below one's own deep right is a gain for oneself", "[rights]") {
    Case c(alice);
    c.given([](World& world) {
        grant(world, reading, Right::assign, Depth::deep);
        world.user_roles.emplace(alice, reading);
    });
    c.after.units[support].parent = sales;
    CHECK(c.rules() == Rules{"never for oneself"});
    c.deed.caller.user = adam;
    CHECK(c.rules() == Rules{});
}

TEST_CASE("a privilege is given by who has it as deep, or by an administrator", "[rights]") {
    Case c(alice);
    c.given([](World& world) { world.user_roles.emplace(bob, reading); });
    grant(c.after, reading, Right::write, Depth::global);
    const Rules broken{"nobody gives: privileges that one does not hold"};
    CHECK(c.rules() == broken);
    SECTION("who has it") {
        c.given([](World& world) {
            grant(world, id_of(33), Right::write, Depth::global);
            world.user_roles.emplace(alice, id_of(33));
        });
        CHECK(c.rules() == Rules{});
    }
    SECTION("who has less of it") {
        c.given([](World& world) {
            grant(world, id_of(33), Right::write, Depth::deep);
            world.user_roles.emplace(alice, id_of(33));
        });
        CHECK(c.rules() == broken);
    }
    SECTION("an administrator") {
        c.deed.caller.user = adam;
        CHECK(c.rules() == Rules{});
        c.deed.caller.administration = false;
        CHECK(c.rules() == broken);
    }
    SECTION("to somebody who is disabled") {
        c.given([](World& world) { world.users[bob].disabled = true; });
        CHECK(c.rules() == broken);
    }
}

TEST_CASE("enabling somebody gives him what he has", "[rights]") {
    Case c(alice);
    c.given([](World& world) {
        grant(world, reading, Right::write, Depth::global);
        world.user_roles.emplace(bob, reading);
    });
    c.before.users[bob].disabled = true;
    CHECK(c.rules() == Rules{"nobody gives: privileges that one does not hold"});
    c.deed.caller.user = adam;
    CHECK(c.rules() == Rules{});
}

TEST_CASE("the grant and credentials are given by their holders only", "[rights]") {
    const bool the_grant = GENERATE(true, false);
    Case c(the_grant ? adam : carol);
    c.given([](World& world) { world.user_roles.emplace(bob, reading); });
    grant(c.after, reading, the_grant ? schema::prv_grant_unmask : schema::prv_manage_credentials);
    CHECK(c.rules() == Rules{"nobody gives: the grant or credentials without holding them"});
    c.deed.caller.user = the_grant ? carol : adam;
    CHECK(c.rules() == Rules{});
}

TEST_CASE("System Administrator is given by its holders only, whatever is in it", "[rights]") {
    Case c(carol);
    c.given([](World& world) { world.roles[administering].privileges.clear(); });
    SECTION("to a user") { c.after.user_roles.emplace(bob, administering); }
    SECTION("to his team") {
        c.given([](World& world) { world.memberships.emplace(crew, bob); });
        c.after.team_roles.emplace(crew, administering);
    }
    CHECK(c.rules() == Rules{"nobody gives: System Administrator without holding it"});
    c.deed.caller.user = adam;
    CHECK(c.rules() == Rules{});
}

TEST_CASE(
    "unmasking is given by the grant, reading along with it, other columns as privileges are",
    "[rights]"
) {
    const Rules columns{"nobody gives: columns that one may not use"};
    const Rules unmasked{"nobody gives: unmasking without the grant"};
    SECTION("unmask and read") {
        Case c(carol);
        c.after.user_profiles.emplace(bob, unmasking);
        CHECK(c.rules() == Rules{});
        c.deed.caller.user = adam;
        CHECK(c.rules() == unmasked);
        c.deed.caller.user = alice;
        CHECK(
            c.rules() ==
            Rules{
                "nobody gives: columns that one may not use",
                "nobody gives: unmasking without the grant"}
        );
    }
    SECTION("read alone") {
        Case c(carol);
        c.given([](World& world) { world.permissions.begin()->second.unmask = 0; });
        c.after.user_profiles.emplace(bob, unmasking);
        CHECK(c.rules() == columns);
        c.given([](World& world) { world.user_profiles.emplace(carol, unmasking); });
        CHECK(c.rules() == Rules{});
    }
    SECTION("update") {
        Case c(carol);
        c.given([](World& world) { world.user_profiles.emplace(bob, unmasking); });
        c.after.permissions.begin()->second.update = true;
        CHECK(c.rules() == columns);
        c.deed.caller.user = adam;
        CHECK(c.rules() == Rules{});
    }
    SECTION("who may unmask himself needs the grant none the less") {
        Case c(alice);
        c.given([](World& world) { world.user_profiles.emplace(alice, unmasking); });
        c.after.user_profiles.emplace(bob, unmasking);
        CHECK(c.rules() == unmasked);
    }
}

TEST_CASE("a credential is all that its user has", "[rights]") {
    Case c(carol);
    c.given([](World& world) {
        grant(world, reading, Right::write, Depth::global);
        world.user_roles.emplace(bob, reading);
    });
    add_credential(c.after, bob, carol);
    CHECK(c.rules() == Rules{"nobody issues: privileges that one does not hold"});
    c.deed.caller.user = adam;
    c.after.credentials[credential].plaintext = false;
    CHECK(c.rules() == Rules{});
    c.given([](World& world) { world.user_profiles.emplace(bob, unmasking); });
    CHECK(c.rules() == Rules{"nobody issues: unmasking without the grant"});
}

TEST_CASE(
    "a credential of a holder of the grant, and of an administrator, needs the same", "[rights]"
) {
    Case c(adam);
    add_credential(c.after, carol, adam);
    c.after.credentials[credential].plaintext = false;
    CHECK(c.rules() == Rules{"nobody issues: the grant or credentials without holding them"});
    c.after.credentials[credential].user = adam;
    CHECK(c.rules() == Rules{});
    c.deed.caller.user = carol;
    CHECK(
        c.rules() ==
        Rules{
            "nobody issues: System Administrator without holding it",
            "nobody issues: privileges that one does not hold",
            "nobody issues: the grant or credentials without holding them"}
    );
}

TEST_CASE("the vault's own users have no credential", "[rights]") {
    Case c(carol);
    c.given([](World& world) { world.users[messages::sync_user].unit = root; });
    add_credential(c.after, messages::sync_user, carol);
    CHECK(c.rules() == Rules{"what is built in stays"});
}

TEST_CASE(
    "the plaintext mark needs the grant, and never comes with one's own credential", "[rights]"
) {
    Case c(adam);
    add_credential(c.after, bob, adam);
    CHECK(c.rules() == Rules{"a credential carries plaintext by the grant only"});
    c.deed.caller.user = carol;
    CHECK(c.rules() == Rules{});
    c.after.credentials[credential].user = carol;
    CHECK(c.rules() == Rules{"a credential for oneself carries no plaintext"});
    c.after.credentials[credential].plaintext = false;
    CHECK(c.rules() == Rules{});
}

TEST_CASE("confirming a credential is judged by what it then carries", "[rights]") {
    Case c(carol);
    c.given([](World& world) { add_credential(world, bob, adam); });
    c.before.credentials[credential].plaintext = false;
    CHECK(c.rules() == Rules{});
    c.deed.caller.user = adam;
    CHECK(c.rules() == Rules{"a credential carries plaintext by the grant only"});

    c.before.credentials[credential].plaintext = true;
    c.before.credentials[credential].administration = false;
    CHECK(c.rules() == Rules{});
    c.given([](World& world) { world.user_roles.emplace(bob, administering); });
    CHECK(c.rules() == Rules{});
    c.deed.caller.user = carol;
    CHECK(
        c.rules() ==
        Rules{
            "nobody confirms: privileges that one does not hold",
            "nobody confirms: the grant or credentials without holding them"}
    );
}

TEST_CASE("an identity that leads to a user is all that he has", "[rights]") {
    Case c(alice);
    c.after.users[adam].application = id_of(70);
    const std::string kind = "nobody maps an identity to: ";
    CHECK(
        c.rules() ==
        Rules{
            kind + "System Administrator without holding it",
            kind + "privileges that one does not hold",
            kind + "the grant or credentials without holding them"}
    );
    SECTION("who has nothing may be mapped") {
        c.after = c.before;
        c.after.users[bob].application = id_of(70);
        CHECK(c.rules() == Rules{});
    }
    SECTION("who gets less by the same request has only that from now on") {
        c = Case(alice);
        c.given([](World& world) {
            grant(world, reading, Right::write, Depth::deep);
            world.user_roles.insert({{alice, reading}, {bob, reading}});
            world.users[bob].unit = root;
            world.users[alice].unit = berlin;
        });
        c.after.users[bob].application = id_of(70);
        CHECK(c.rules() == Rules{kind + "privileges that one does not hold"});
        c.after.users[bob].unit = berlin;
        CHECK(c.rules() == Rules{});
    }
    SECTION("taking one away maps nobody") {
        std::swap(c.before, c.after);
        CHECK(c.rules() == Rules{});
    }
    SECTION("oneself, while one may unmask") {
        c.deed.caller.user = adam;
        CHECK(c.rules() == Rules{});
        c.after = c.before;
        c.deed.caller.user = carol;
        c.after.users[carol].entra_object = id_of(71);
        CHECK(c.rules() == Rules{"no identity for oneself who may unmask"});
    }
}

TEST_CASE("every row that a request comes to needs its own right", "[rights]") {
    const Rules broken{"no row is changed without its own right"};
    Case c(alice);
    SECTION("deleted") { c.after.records.clear(); }
    SECTION("assigned") { c.after.records[record].owner = crew; }
    SECTION("made inactive") { c.after.records[record].active = false; }
    SECTION("given a token") { c.after.records[record].values[token] = 2; }
    SECTION("created") { c.after.records[id_of(51)] = c.before.records[record]; }
    CHECK(c.rules() == broken);
    c.given([](World& world) {
        for (const auto right : {Right::create, Right::write, Right::assign, Right::remove}) {
            grant(world, reading, right, Depth::basic);
        }
        world.user_roles.emplace(alice, reading);
    });
    CHECK(c.rules() == Rules{});
}

TEST_CASE(
    "the last administrator and the last holder of the grant stay, whoever asks", "[rights]"
) {
    const auto last = GENERATE(adam, carol);
    Case c(alice);
    c.deed.of_the_vault = GENERATE(false, true);
    SECTION("disabled") { c.after.users[last].disabled = true; }
    SECTION("gone") { c.after.users.erase(last); }
    SECTION("without the role") {
        std::erase_if(c.after.user_roles, [&](const auto& pair) { return pair.first == last; });
    }
    SECTION("below a disabled unit") { c.after.units[root].disabled = true; }
    CHECK(c.rules() == Rules{"administration does not end"});
    const auto another = id_of(14);
    c.given([&](World& world) {
        world.users[another] = {};
        world.users[another].unit = berlin;
        world.units[berlin].parent.reset();
        world.user_roles.insert({{another, granting}, {another, administering}});
    });
    CHECK(c.rules() == Rules{});
}

TEST_CASE("the last holder stays although SYSTEM holds it too", "[rights]") {
    Case c(alice);
    c.given([](World& world) {
        world.users[messages::system_user].unit = root;
        world.user_roles.emplace(messages::system_user, granting);
    });
    c.after.users.erase(carol);
    CHECK(c.rules() == Rules{"administration does not end"});
}

TEST_CASE(
    "rows of the vault's own users and roles never change, nor the pairs that make them", "[rights]"
) {
    const auto pair = [](const schema::Table& table,
                         std::string_view first,
                         const Uuid& one,
                         std::string_view second,
                         const Uuid& other) {
        auto row = row_of(table, id_of(80));
        const auto column = [&](std::string_view name, const Uuid& id) {
            const auto* target = schema::table(table.column(name)->targets.front());
            row.set(name, storage::RowRef{target->id, id});
        };
        column(first, one);
        column(second, other);
        return row;
    };
    const auto role_pair = [&](const Uuid& user, const Uuid& role) {
        return pair(known::systemuserroles, "systemuserid", user, "roleid", role);
    };

    struct {
        storage::Row row;
        bool fixed;
    } const rows[] = {
        {row_of(known::systemuser, messages::system_user), true},
        {row_of(known::systemuser, messages::sync_user), true},
        {row_of(known::role, messages::system_administrator_role), true},
        {row_of(known::role, messages::sync_role), true},
        {row_of(known::role, reading), false},
        {row_of(known::systemuser, alice), false},
        {role_pair(messages::system_user, messages::system_role), true},
        {role_pair(messages::system_user, reading), true},
        {role_pair(alice, messages::system_role), true},
        {role_pair(alice, messages::system_administrator_role), false},
        {pair(
             known::roleprivileges,
             "roleid",
             messages::system_administrator_role,
             "privilegeid",
             id_of(81)
         ),
         true},
        {pair(known::roleprivileges, "roleid", reading, "privilegeid", id_of(81)), false},
        {pair(known::teammembership, "teamid", crew, "systemuserid", messages::sync_user), true},
        {pair(known::teammembership, "teamid", crew, "systemuserid", alice), false},
        {pair(
             known::systemuserprofiles,
             "systemuserid",
             messages::sync_user,
             "fieldsecurityprofileid",
             unmasking
         ),
         true},
    };

    for (const auto& [row, fixed] : rows) {
        CAPTURE(row.table->name, to_string(row.id));
        Case c(adam);
        c.changes = {{std::nullopt, row}};
        CHECK(c.rules() == (fixed ? Rules{"what is built in stays"} : Rules{}));
        c.deed.of_the_vault = true;
        CHECK(c.rules() == Rules{});
    }
}

TEST_CASE("the sync user may be disabled, and is otherwise as it was made", "[rights]") {
    Case c(adam);
    auto before = row_of(known::systemuser, messages::sync_user);
    before.set("isdisabled", false);
    auto after = before;
    after.set("isdisabled", true);
    c.changes = {{before, after}};
    CHECK(c.rules() == Rules{});
    after.set("accessmode", std::int64_t{0});
    c.changes = {{before, after}};
    CHECK(c.rules() == Rules{"what is built in stays"});
    c.changes = {{before, std::nullopt}};
    CHECK(c.rules() == Rules{"what is built in stays"});
}

}  // namespace rookery::rights::invariants_test
