#include "access/scope.hpp"

#include "access/world.hpp"

#include <catch2/catch.hpp>

#include <random>

namespace rookery::access::scope_test {

TEST_CASE("a scope names owners and units, or everything", "[access]") {
    World world;
    CHECK(scope(Caller::of(alice), secret_table, Right::read, world.facts).none());
    world.add(Membership{crew, alice});
    world.add(UserRole{alice, role_id});
    world.grant(role_id, secret_table, Right::read, Depth::basic);
    auto found = scope(Caller::of(alice), secret_table, Right::read, world.facts);
    CHECK_FALSE(found.all);
    CHECK(
        found.owners ==
        std::vector{Principal{PrincipalKind::user, alice}, Principal{PrincipalKind::team, crew}}
    );
    CHECK(found.units.empty());

    world.grant(role_id, secret_table, Right::write, Depth::deep);
    found = scope(Caller::of(alice), secret_table, Right::write, world.facts);
    CHECK(found.units == std::vector{sales, berlin});

    world.grant(role_id, secret_table, Right::remove, Depth::global);
    found = scope(Caller::of(alice), secret_table, Right::remove, world.facts);
    CHECK(found.all);
    CHECK(found.admits({id_of(900), std::nullopt, {}}));
}

TEST_CASE("a team's user id and a user's team id are not confused", "[access]") {
    World world;
    world.add(UserRole{alice, role_id});
    world.grant(role_id, secret_table, Right::read, Depth::basic);
    const auto found = scope(Caller::of(alice), secret_table, Right::read, world.facts);
    CHECK(found.admits(row_of(alice, PrincipalKind::user, root)));
    CHECK_FALSE(found.admits(row_of(alice, PrincipalKind::team, root)));
}

TEST_CASE("an outside table has no scope", "[access]") {
    World world;
    world.add(UserRole{alice, role_id});
    CHECK(scope(Caller::of(alice), known::msfp_survey, Right::read, world.facts).none());
}

TEST_CASE("a scope admits exactly the rows that decide allows", "[access]") {
    std::mt19937 random(20'240'607);  // NOLINT: the same worlds every time
    const auto pick = [&](std::uint32_t below) {
        return static_cast<std::uint32_t>(random() % below);
    };
    const Depth depths[] = {Depth::basic, Depth::local, Depth::deep, Depth::global};
    const Uuid units[] = {root, sales, berlin, support, id_of(77), Uuid{}};
    const Uuid teams[] = {crew, guests, helpdesk};
    const Uuid users[] = {alice, bob, stranger};
    const Uuid roles[] = {role_id, other_role};
    std::size_t allowed = 0;
    std::size_t refused = 0;
    for (int round = 0; round < 300; ++round) {
        World world;
        for (const auto& role : roles) world.put(role, Role{root, "", pick(2) == 0, {}});
        for (const auto& team : teams) {
            if (pick(2) == 0) world.add(Membership{team, users[pick(3)]});
            if (pick(2) == 0) world.add(TeamRole{team, roles[pick(2)]});
        }
        if (pick(2) == 0) world.add(UserRole{users[pick(3)], roles[pick(2)]});
        if (pick(4) == 0) world.put(berlin, BusinessUnit{support, pick(2) == 0, ""});
        world.grant(roles[pick(2)], secret_table, Right::read, depths[pick(4)]);
        if (pick(3) == 0) world.grant(roles[pick(2)], secret_table, Right::read, depths[pick(4)]);
        for (const auto& user : users) {
            const auto found = scope(Caller::of(user), secret_table, Right::read, world.facts);
            for (const auto& unit : units) {
                for (const auto& owner :
                     {row_of(users[pick(3)], PrincipalKind::user, unit),
                      row_of(teams[pick(3)], PrincipalKind::team, unit)}) {
                    const bool decided =
                        decide(user, needs_on(Right::read, owner), world.facts).allowed();
                    REQUIRE(found.admits(owner) == decided);
                    ++(decided ? allowed : refused);
                }
            }
        }
    }
    CHECK(allowed > 300);
    CHECK(refused > 300);
}

}  // namespace rookery::access::scope_test
