// The oracle's own rules, each with what it does not say: it judges everything else here.
#include "rights/small_world.hpp"

#include <catch2/catch.hpp>

namespace rookery::rights::oracle_test {
namespace {

using schema::Depth;
using schema::Right;

bool reads(const World& world, const Uuid& user, Sight sight = Sight::real) {
    return may(world, user, sight, Right::read, record);
}

bool has(const World& world, const Uuid& user, std::string_view privilege) {
    const auto all = rights(world, user, Sight::real).privileges;
    return std::any_of(all.begin(), all.end(), [&](const PrivilegeRight& one) {
        return one.privilege == schema::privilege(privilege)->id;
    });
}

/// `user` holds a role that reads secrets at this depth.
World reader(const Uuid& user, Depth depth) {
    auto out = small_world();
    grant(out, reading, Right::read, depth);
    out.user_roles.emplace(user, reading);
    return out;
}

}  // namespace

TEST_CASE("a share gives what the privilege is there for, and no privilege", "[rights]") {
    const auto read_bit = std::int64_t{schema::name_of(Right::read).access_bit};
    auto world = reader(bob, Depth::basic);
    CHECK_FALSE(reads(world, bob));
    world.shares[id_of(70)] = {bob, record, read_bit};
    CHECK(reads(world, bob));
    CHECK_FALSE(may(world, bob, Sight::real, Right::write, record));
    world.user_roles.erase({bob, reading});
    CHECK_FALSE(reads(world, bob));
}

TEST_CASE("a share with a team is its members', of an access team too", "[rights]") {
    const auto read_bit = std::int64_t{schema::name_of(Right::read).access_bit};
    const auto team = GENERATE(crew, guests);
    auto world = reader(bob, Depth::basic);
    world.shares[id_of(70)] = {team, record, read_bit};
    CHECK_FALSE(reads(world, bob));
    world.memberships = {{team, bob}};
    CHECK(reads(world, bob));
    world.units[sales].disabled = true;  // berlin is below, so this is about the team alone
    world.users[bob].unit = support;
    CHECK_FALSE(reads(world, bob));
    CHECK(reads(world, bob, Sight::latent));
}

TEST_CASE("Basic reads one's own rows and those of one's teams", "[rights]") {
    auto world = reader(alice, Depth::basic);
    CHECK(reads(world, alice));
    CHECK_FALSE(reads(world, bob));
    world.records[record].owner = bob;
    CHECK_FALSE(reads(world, alice));
    world.records[record].owner = crew;
    CHECK_FALSE(reads(world, alice));
    world.memberships = {{crew, alice}};
    CHECK(reads(world, alice));
}

TEST_CASE(
    "Local reads its unit alone, Deep what lies below it too, Global everything", "[rights]"
) {
    struct Case {
        Depth depth;
        bool in_sales, in_berlin, in_support;
    };

    const auto c = GENERATE(
        Case{Depth::basic, false, false, false},
        Case{Depth::local, true, false, false},
        Case{Depth::deep, true, true, false},
        Case{Depth::global, true, true, true}
    );
    auto world = reader(alice, c.depth);
    world.users[adam].unit = sales;
    const auto reads_of = [&](const Uuid& owner) {
        world.records[record].owner = owner;
        return reads(world, alice);
    };
    CHECK(reads_of(adam) == c.in_sales);
    CHECK(reads_of(bob) == c.in_berlin);
    CHECK(reads_of(carol) == c.in_support);
}

TEST_CASE("a record is in the unit that its owner is in now", "[rights]") {
    auto world = reader(adam, Depth::local);
    world.users[adam].unit = support;
    CHECK_FALSE(reads(world, adam));
    world.users[alice].unit = support;
    CHECK(reads(world, adam));
}

TEST_CASE("a team's role is measured from the team's unit", "[rights]") {
    auto world = small_world();
    grant(world, reading, Right::read, Depth::local);
    world.team_roles = {{crew, reading}};
    world.memberships = {{crew, carol}};
    CHECK(reads(world, carol));
    world.records[record].owner = carol;
    CHECK(reads(world, carol));
    world.records[record].owner = adam;
    CHECK_FALSE(reads(world, carol));
}

TEST_CASE(
    "a role of team privileges only reaches rows of that team, not its members'", "[rights]"
) {
    auto world = small_world();
    grant(world, reading, Right::read, Depth::basic);
    world.team_roles = {{crew, reading}};
    world.memberships = {{crew, alice}};
    for (const bool inherited : {true, false}) {
        world.roles[reading].inherited = inherited;
        world.records[record].owner = alice;
        CHECK(reads(world, alice) == inherited);
        world.records[record].owner = crew;
        CHECK(reads(world, alice));
    }
}

TEST_CASE("an access team owns nothing and gives nothing", "[rights]") {
    auto world = reader(alice, Depth::basic);
    world.memberships = {{guests, alice}};
    world.team_roles = {{guests, granting}};
    world.team_profiles = {{guests, unmasking}};
    world.records[record].owner = guests;
    CHECK_FALSE(reads(world, alice));
    CHECK_FALSE(has(world, alice, schema::prv_grant_unmask));
    CHECK(rights(world, alice, Sight::real).columns.empty());
}

TEST_CASE(
    "general privileges and those of tables without a unit count at Global only", "[rights]"
) {
    const auto depth = GENERATE(Depth::basic, Depth::local, Depth::deep, Depth::global);
    auto world = small_world();
    grant(world, reading, *schema::privilege(schema::prv_grant_unmask), depth);
    grant(world, reading, Right::write, depth, known::fieldpermission);
    grant(world, reading, Right::write, depth, known::systemuser);
    world.user_roles.emplace(alice, reading);
    CHECK(has(world, alice, schema::prv_grant_unmask) == (depth == Depth::global));
    CHECK(has(world, alice, "prvWriteFieldPermission") == (depth == Depth::global));
    CHECK(has(world, alice, "prvWriteUser"));
}

TEST_CASE("an access mode takes privileges away", "[rights]") {
    struct Case {
        std::int64_t mode;
        bool reads_records, writes_records, reads_users, writes_users, grants;
    };

    const auto c = GENERATE(
        Case{0, true, true, true, true, true},
        Case{1, false, false, true, true, true},
        Case{2, true, false, true, false, false},
        Case{3, true, false, true, false, false},
        Case{4, true, true, true, true, true}
    );
    auto world = reader(alice, Depth::global);
    grant(world, reading, Right::write, Depth::global);
    grant(world, reading, Right::read, Depth::global, known::systemuser);
    grant(world, reading, Right::write, Depth::global, known::systemuser);
    grant(world, reading, schema::prv_grant_unmask);
    grant(world, reading, schema::prv_read_audit);
    world.users[alice].mode = c.mode;
    CHECK(reads(world, alice) == c.reads_records);
    CHECK(may(world, alice, Sight::real, Right::write, record) == c.writes_records);
    CHECK(has(world, alice, "prvReadUser") == c.reads_users);
    CHECK(has(world, alice, "prvWriteUser") == c.writes_users);
    CHECK(has(world, alice, schema::prv_grant_unmask) == c.grants);
    CHECK(has(world, alice, schema::prv_read_audit));
}

TEST_CASE("who is disabled, or below a disabled unit, has everything but now", "[rights]") {
    auto world = reader(bob, Depth::global);
    world.user_profiles = {{bob, unmasking}};
    CHECK(reach(world, bob, Sight::real).size() == 1);
    SECTION("himself") { world.users[bob].disabled = true; }
    SECTION("his unit") { world.units[berlin].disabled = true; }
    SECTION("a unit above") { world.units[sales].disabled = true; }
    CHECK(reach(world, bob, Sight::real).empty());
    CHECK(rights(world, bob, Sight::real).privileges.empty());
    CHECK(reach(world, bob, Sight::latent).size() == 1);
    CHECK(rights(world, bob, Sight::latent).privileges.size() == 1);
}

TEST_CASE("a team below a disabled unit gives nothing now", "[rights]") {
    auto world = small_world();
    grant(world, reading, Right::read, Depth::basic);
    world.team_roles = {{crew, reading}};
    world.team_profiles = {{crew, unmasking}};
    world.memberships = {{crew, carol}};
    world.records[record].owner = crew;
    CHECK(reach(world, carol, Sight::real).size() == 1);
    world.units[sales].disabled = true;
    CHECK(reach(world, carol, Sight::real).empty());
    CHECK(reach(world, carol, Sight::latent).size() == 1);
}

TEST_CASE(
    "a token is in reach with Read on the row and unmask on the column, while it is active",
    "[rights]"
) {
    auto world = reader(alice, Depth::basic);
    world.user_profiles = {{alice, unmasking}};
    const Reach whole = {{secrets.id, record, token}};
    CHECK(reach(world, alice, Sight::real) == whole);
    SECTION("without the profile") { world.user_profiles.clear(); }
    SECTION("without Read") { world.roles[reading].privileges.clear(); }
    SECTION("inactive") { world.records[record].active = false; }
    SECTION("without a value") { world.records[record].values.clear(); }
    SECTION("when it is gone") { world.records.clear(); }
    CHECK(reach(world, alice, Sight::real).empty());
}

TEST_CASE("unmask counts with read in the same row, and all records include one", "[rights]") {
    auto world = small_world();
    world.user_profiles = {{alice, unmasking}};
    const auto level = [&] { return unmask_level(world, alice, Sight::real, secrets.id, token); };
    CHECK(level() == 1);
    world.permissions.clear();
    permit(world, 3, false);
    permit(world, 0, true);
    CHECK(level() == 0);
    permit(world, 3, true);
    CHECK(level() == 3);
    const auto columns = rights(world, alice, Sight::real).columns;
    CHECK(columns.contains({secrets.id, token, ColumnUse::unmask_one}));
    CHECK(columns.contains({secrets.id, token, ColumnUse::unmask_all}));
}

TEST_CASE("a credential without a mark acts as if its user lacked what it marks", "[rights]") {
    auto world = reader(alice, Depth::basic);
    world.user_profiles = {{alice, unmasking}};
    world.user_roles.insert({{alice, granting}, {alice, administering}});
    grant(world, administering, Right::read, Depth::global, known::systemuser);
    const auto writes_users = [](const Rights& held) {
        return held.privileges.contains(
            {schema::privilege(known::systemuser, Right::write).id, Depth::global, Uuid{}}
        );
    };
    const auto whole = rights(world, Means{alice, {}, true, true});
    CHECK(holds(whole, schema::prv_grant_unmask));
    CHECK(writes_users(whole));
    CHECK(whole.administrator);
    CHECK(reach(world, Means{alice, {}, true, true}).size() == 1);

    const auto masked = rights(world, Means{alice, {}, false, true});
    CHECK_FALSE(holds(masked, schema::prv_grant_unmask));
    CHECK_FALSE(masked.columns.contains({secrets.id, token, ColumnUse::unmask_one}));
    CHECK(masked.columns.contains({secrets.id, token, ColumnUse::read}));
    CHECK(writes_users(masked));
    CHECK(reach(world, Means{alice, {}, false, true}).empty());

    const auto plain = rights(world, Means{alice, {}, true, false});
    CHECK(holds(plain, schema::prv_grant_unmask));
    CHECK_FALSE(holds(plain, schema::prv_manage_credentials));
    CHECK_FALSE(writes_users(plain));
    CHECK(plain.privileges.contains(
        {schema::privilege(known::systemuser, Right::read).id, Depth::global, Uuid{}}
    ));
    CHECK_FALSE(plain.administrator);
    CHECK(may(world, Means{alice, {}, true, false}, Right::read, record));
}

TEST_CASE("a deeper right covers a smaller one, and none covers what lies beside it", "[rights]") {
    const auto world = small_world();
    const auto read = schema::privilege(secrets, Right::read).id;
    const auto write = schema::privilege(secrets, Right::write).id;
    const auto covers = [&](const PrivilegeRight& held, const PrivilegeRight& wanted) {
        return covered(wanted, {held}, world, world);
    };
    const PrivilegeRight basic{read, Depth::basic, {}}, global{read, Depth::global, {}},
        deep{read, Depth::deep, sales}, local{read, Depth::local, sales};
    for (const auto& held : {basic, local, deep, global}) {
        CHECK(covers(held, basic));
        CHECK(covers(held, held));
        CHECK_FALSE(covers(held, {write, Depth::basic, {}}));
    }
    CHECK_FALSE(covers(basic, local));
    CHECK_FALSE(covers(local, deep));
    CHECK_FALSE(covers(deep, global));
    CHECK(covers(global, deep));
    CHECK(covers(deep, local));
    CHECK(covers(deep, {read, Depth::local, berlin}));
    CHECK(covers(deep, {read, Depth::deep, berlin}));
    CHECK_FALSE(covers(deep, {read, Depth::local, support}));
    CHECK_FALSE(covers(deep, {read, Depth::local, root}));
    CHECK_FALSE(covers(local, {read, Depth::local, berlin}));
}

TEST_CASE("a unit that moves below a deep right widens it, a new unit does not", "[rights]") {
    const auto before = reader(alice, Depth::deep);
    auto after = before;
    const auto wider = [&] {
        return gained(grasp(before, alice, Sight::real), before, grasp(after, alice, Sight::real));
    };
    after.units[id_of(5)] = {berlin};
    CHECK(wider().empty());
    after.units[support].parent = berlin;
    REQUIRE(wider().size() == 1);
    CHECK(wider().begin()->id == support);
}

TEST_CASE(
    "a credential lives until it expires, is revoked, or its user's counter moves on", "[rights]"
) {
    auto world = small_world();
    const auto now = from_ms(1000);
    auto& row = world.credentials[credential];
    row.user = alice;
    row.expires = from_ms(1001);
    CHECK(live(world, row, now));
    CHECK_FALSE(live(world, row, from_ms(1001)));
    row.revoked = true;
    CHECK_FALSE(live(world, row, now));
    row.revoked = false;
    world.users[alice].counter = 1;
    CHECK_FALSE(live(world, row, now));
    world.users.erase(alice);
    CHECK_FALSE(live(world, row, now));
}

}  // namespace rookery::rights::oracle_test
