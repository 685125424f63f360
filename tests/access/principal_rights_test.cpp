#include "access/principal_rights.hpp"

#include "access/world.hpp"

#include <catch2/catch.hpp>

#include <set>

namespace principal_rights_test {

using namespace rookery;
using namespace rookery::access;

namespace {

const Principal user_alice{PrincipalKind::user, alice};
const Principal team_crew{PrincipalKind::team, crew};

const schema::Privilege& reading() { return schema::privilege(secret_table, Right::read); }

/// Of the one privilege; nothing when it is not held.
std::optional<PrivilegeDepth> depth_of(
    const std::optional<std::vector<PrivilegeDepth>>& all, const schema::Privilege& privilege
) {
    REQUIRE(all);
    const auto found = std::ranges::find(*all, &privilege, &PrivilegeDepth::privilege);
    return found == all->end() ? std::nullopt : std::optional(*found);
}

RowFacts owned_by(const Principal& owner, const Uuid& unit) { return {id_of(99), owner, unit}; }

std::vector<Right> of_crew(const World& world, const RowFacts& row) {
    return rights_on_row_of_team(crew, secret_table, row, world.facts);
}

}  // namespace

TEST_CASE(
    "of a privilege the greatest depth is told, measured from its holder's unit", "[access]"
) {
    World world;
    world.grant(role_id, secret_table, Right::read, Depth::local);
    world.grant(other_role, secret_table, Right::read, Depth::deep);
    world.add(UserRole{alice, role_id});
    const auto own = depth_of(privileges_of(user_alice, world.facts), reading());
    REQUIRE(own);
    CHECK(own->depth == Depth::local);
    CHECK(own->unit == sales);
    // A team of another unit reaches further.
    world.add(Membership{helpdesk, alice});
    world.add(TeamRole{helpdesk, other_role});
    const auto both = depth_of(privileges_of(user_alice, world.facts), reading());
    REQUIRE(both);
    CHECK(both->depth == Depth::deep);
    CHECK(both->unit == support);
}

TEST_CASE(
    "a team has what its roles give, and its members' own roles are not the team's", "[access]"
) {
    World world;
    world.grant(role_id, secret_table, Right::read, Depth::deep);
    world.grant(other_role, secret_table, Right::write, Depth::global);
    world.add(TeamRole{crew, role_id});
    world.add(Membership{crew, alice});
    world.add(UserRole{alice, other_role});
    const auto held = privileges_of(team_crew, world.facts);
    REQUIRE(held);
    REQUIRE(held->size() == 1);
    CHECK(held->front().privilege == &reading());
    CHECK(held->front().depth == Depth::deep);
    CHECK(held->front().unit == sales);
}

TEST_CASE("an access team has no privileges, whatever role is put on it", "[access]") {
    World world;
    world.grant(role_id, secret_table, Right::read, Depth::global);
    world.add(TeamRole{guests, role_id});
    const auto held = privileges_of({PrincipalKind::team, guests}, world.facts);
    REQUIRE(held);
    CHECK(held->empty());
}

TEST_CASE(
    "a disabled user's privileges are told as if he were enabled, his rights are none", "[access]"
) {
    World world;
    world.grant(role_id, secret_table, Right::read, Depth::global);
    world.add(UserRole{alice, role_id});
    auto user = World::user_in(sales);
    user.disabled = true;
    world.put(alice, user);
    CHECK(depth_of(privileges_of(user_alice, world.facts), reading()));
    const auto row = owned_by(user_alice, sales);
    CHECK(rights_on_row(Caller::of(alice), secret_table, row, world.facts).empty());
}

TEST_CASE("who is not there has nothing, and there is nothing to know", "[access]") {
    const World world;
    for (const auto kind : {PrincipalKind::user, PrincipalKind::team}) {
        const Principal nobody{kind, id_of(77)};
        CHECK_FALSE(privileges_of(nobody, world.facts));
        CHECK_FALSE(needs_to_know_rights(nobody, world.facts));
    }
    CHECK_FALSE(privileges_of_role(id_of(77), world.facts));
    const auto row = owned_by(user_alice, sales);
    CHECK(rights_on_row_of_team(id_of(77), secret_table, row, world.facts).empty());
    CHECK(rights_on_row(Caller::of(id_of(77)), secret_table, row, world.facts).empty());
}

TEST_CASE("a role gives what is put into it at its depth, measured from its own unit", "[access]") {
    World world;
    CHECK(privileges_of_role(role_id, world.facts)->empty());
    world.grant(role_id, secret_table, Right::read, Depth::basic);
    world.grant(role_id, schema::prv_grant_unmask);
    const auto given = privileges_of_role(role_id, world.facts);
    REQUIRE(given);
    REQUIRE(given->size() == 2);
    CHECK(given->front().privilege == &reading());
    CHECK(given->front().depth == Depth::basic);
    CHECK(given->front().unit == root);
    CHECK(given->back().privilege->name == schema::prv_grant_unmask);
}

TEST_CASE("a user's rights on a row are those that decide gives him one by one", "[access]") {
    World world;
    world.grant(role_id, secret_table, Right::read, Depth::deep);
    world.grant(role_id, secret_table, Right::write, Depth::basic);
    world.grant(role_id, secret_table, Right::share, Depth::local);
    world.add(UserRole{alice, role_id});
    const auto rights = [&](const RowFacts& row) {
        return rights_on_row(Caller::of(alice), secret_table, row, world.facts);
    };
    using Rights = std::vector<Right>;
    CHECK(rights(owned_by(user_alice, sales)) == Rights{Right::read, Right::write, Right::share});
    CHECK(rights(owned_by({PrincipalKind::user, bob}, sales)) == Rights{Right::read, Right::share});
    CHECK(rights(owned_by({PrincipalKind::user, bob}, berlin)) == Rights{Right::read});
    CHECK(rights(owned_by({PrincipalKind::user, stranger}, support)).empty());
}

TEST_CASE("a team's rights on a row come of its own roles, by ownership and depth", "[access]") {
    World world;
    world.grant(role_id, secret_table, Right::read, Depth::basic);
    world.grant(role_id, secret_table, Right::write, Depth::local);
    world.add(TeamRole{crew, role_id});
    using Rights = std::vector<Right>;
    CHECK(of_crew(world, owned_by(team_crew, sales)) == Rights{Right::read, Right::write});
    CHECK(of_crew(world, owned_by(user_alice, sales)) == Rights{Right::write});
    CHECK(of_crew(world, owned_by({PrincipalKind::user, bob}, berlin)).empty());
    SECTION("also where they stay with the team and are not its members' own") {
        world.put(role_id, Role{root, "role", false, {}});
        CHECK(of_crew(world, owned_by(team_crew, sales)) == Rights{Right::read, Right::write});
    }
    SECTION("and are none while its unit is disabled") {
        world.put(sales, BusinessUnit{root, true, "sales"});
        CHECK(of_crew(world, owned_by(team_crew, sales)).empty());
    }
}

TEST_CASE("a member has at least the rights that his team has on a row of its own", "[access]") {
    World world;
    world.grant(role_id, secret_table, Right::read, Depth::basic);
    world.grant(role_id, secret_table, Right::write, Depth::deep);
    world.add(TeamRole{crew, role_id});
    world.add(Membership{crew, bob});
    for (const auto& row : {owned_by(team_crew, sales), owned_by(user_alice, berlin)}) {
        CHECK(
            rights_on_row(Caller::of(bob), secret_table, row, world.facts) == of_crew(world, row)
        );
    }
}

TEST_CASE(
    "to know a user's rights one must read him, his teams and the roles that work for him",
    "[access]"
) {
    World world;
    world.grant(role_id, secret_table, Right::read, Depth::basic);
    world.grant(other_role, secret_table, Right::read, Depth::basic);
    world.add(UserRole{alice, role_id});
    world.add(Membership{crew, alice});
    world.add(TeamRole{crew, other_role});
    const auto needs = needs_to_know_rights(user_alice, world.facts);
    REQUIRE(needs);
    std::set<std::pair<std::string_view, Uuid>> rows;
    for (const auto& need : needs->rows) {
        CHECK(need.privilege->right == Right::read);
        rows.emplace(need.privilege->table->name, need.row->id);
    }
    CHECK(
        rows ==
        std::set<std::pair<std::string_view, Uuid>>{
            {"systemuser", alice}, {"team", crew}, {"role", role_id}, {"role", other_role}}
    );
    const auto of_team = needs_to_know_rights(team_crew, world.facts);
    REQUIRE(of_team);
    CHECK(of_team->rows.front().privilege->table == &known::team);
    CHECK(of_team->rows.back().row->id == other_role);
}

}  // namespace principal_rights_test
