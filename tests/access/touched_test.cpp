#include "access/touched.hpp"

#include "access/reach.hpp"
#include "access/role_book.hpp"
#include "access/world.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <random>
#include <utility>
#include <vector>

namespace rookery::access::touched_test {
namespace {

using Ids = std::vector<Uuid>;

/// Whom a change of the World touches.
std::optional<Ids> touched_by(World& world, const std::function<void()>& change) {
    const auto before = world.facts;
    const auto mark = world.mark();
    change();
    return touched_users(before, world.facts, world.since(mark));
}

constexpr std::uint32_t crowd = 100;  // so that a handful is not everybody

/// The World with many users who have nothing to do with anything.
World crowded() {
    World world;
    for (std::uint32_t i = 0; i < crowd; ++i) world.put(id_of(500 + i), World::user_in(sales));
    return world;
}

Credential credential_of(const Uuid& user) {
    Credential out;
    out.user = user;
    return out;
}

bool equal(const Assignment& a, const Assignment& b) {
    return a.role == b.role && a.team == b.team && a.unit == b.unit &&
           a.below.first == b.below.first && a.below.end == b.below.end && a.own == b.own &&
           a.depths->depths == b.depths->depths && a.depths->held == b.depths->held;
}

bool equal(const ColumnReach& a, const ColumnReach& b) {
    return a.table == b.table && a.column == b.column && a.create == b.create && a.read == b.read &&
           a.update == b.update && a.unmask == b.unmask;
}

bool equal(const Reach* a, const Reach* b) {
    if (a == nullptr || b == nullptr) return a == b;
    const auto same = [](const auto& x, const auto& y) { return equal(x, y); };
    return a->enabled == b->enabled && a->mode == b->mode && a->teams == b->teams &&
           a->role_count == b->role_count && a->privilege_count == b->privilege_count &&
           std::ranges::equal(a->assignments, b->assignments, same) &&
           std::ranges::equal(a->columns, b->columns, same);
}

/// What else is promised of a user who is not touched.
struct Ways {
    std::optional<Uuid> object;                      // when it leads to him
    std::optional<Uuid> application;                 // when it leads to him
    std::vector<std::pair<Uuid, bool>> credentials;  // whether each is valid

    Ways(const Uuid& user, const Facts& facts) {
        if (const auto* row = facts.user(user); row != nullptr) {
            if (facts.user_by_entra_object(row->entra_object) == user) object = row->entra_object;
            if (facts.user_by_application(row->application) == user) application = row->application;
        }
        for (const auto& id : facts.credentials_of(user)) {
            credentials.emplace_back(id, facts.valid(*facts.credential(id)));
        }
    }

    friend bool operator==(const Ways&, const Ways&) = default;
};

/// Rows of every kind at random, over few ids, so that changes meet.
class Random {
 public:
    explicit Random(std::uint32_t seed) : random_(seed) {}

    std::uint32_t upto(std::uint32_t limit) {
        return static_cast<std::uint32_t>(random_() % limit);
    }

    bool one_in(std::uint32_t limit) { return upto(limit) == 0; }

    static constexpr std::uint32_t users = 60;

    Uuid unit() { return id_of(1 + upto(6)); }

    Uuid user() { return id_of(100 + upto(users)); }

    Uuid team() { return id_of(200 + upto(8)); }

    Uuid role() { return id_of(300 + upto(6)); }

    Uuid profile() { return id_of(400 + upto(4)); }

    /// Nil, or one of few.
    Uuid identity() { return one_in(2) ? Uuid{} : id_of(600 + upto(20)); }

    FactChange change() {
        auto [id, fact] = row();
        FactChange out{table_of(fact), id, std::nullopt};
        if (!one_in(4)) out.after = std::move(fact);
        return out;
    }

 private:
    std::pair<Uuid, Fact> row() {
        const auto pair = id_of(1'000 + upto(40));
        switch (upto(20)) {
            case 0:
                return {unit(), BusinessUnit{one_in(3) ? Uuid{} : unit(), one_in(8), "unit"}};
            case 1:
                return {
                    team(),
                    Team{unit(), one_in(5) ? TeamType::access : TeamType::owner, "t", {}, false}};
            case 2:
                return {role(), Role{unit(), "role", !one_in(3), {}}};
            case 3:
                return {profile(), Profile{"profile"}};
            case 4:
                return {id_of(700), Organization{"organization"}};
            case 5:
            case 6:
                return {pair, UserRole{user(), role()}};
            case 7:
                return {pair, TeamRole{team(), role()}};
            case 8:
                return {pair, UserProfile{user(), profile()}};
            case 9:
                return {pair, TeamProfile{team(), profile()}};
            case 10:
            case 11:
                return {pair, privilege()};
            case 12:
                return {pair, permission()};
            case 13:
            case 14:
                return {pair, credential()};
            case 15:
            case 16:
                return {pair, Membership{team(), user()}};
            default:
                return {user(), person()};
        }
    }

    User person() {
        User out = World::user_in(unit());
        out.disabled = one_in(8);
        out.mode = one_in(4) ? AccessMode::read : AccessMode::read_write;
        out.entra_object = identity();
        out.application = identity();
        out.credential_counter = upto(2);
        return out;
    }

    RolePrivilege privilege() {
        constexpr std::array depths{
            Depth::none, Depth::basic, Depth::local, Depth::deep, Depth::global};
        const auto all = schema::privileges();
        return {role(), &all[upto(static_cast<std::uint32_t>(all.size()))], depths[upto(5)]};
    }

    FieldPermission permission() {
        return {
            profile(),
            secret_table.id,
            one_in(2) ? token().id : token_secret().id,
            one_in(2),
            one_in(2),
            one_in(2),
            one_in(2) ? UnmaskLevel::one_record : UnmaskLevel::none};
    }

    Credential credential() {
        Credential out;
        out.user = user();
        out.maker = user();
        out.counter = upto(2);
        return out;
    }

    std::mt19937 random_;
};

}  // namespace

TEST_CASE("after any changes a snapshot is the one built from all rows", "[access]") {
    Random random{GENERATE(range(1U, 11U))};
    std::map<std::pair<schema::TableId, Uuid>, Fact> rows;
    const auto from_scratch = [&] {
        FactsBuilder builder;
        for (const auto& [key, fact] : rows) builder.put(key.second, fact);
        return builder.build();
    };
    auto facts = Facts{};
    auto expected_before = from_scratch();
    std::size_t kept = 0;
    for (int round = 0; round < 200; ++round) {
        const auto before = facts;
        // Half of the users are known before the change; the others are asked for after it.
        for (std::uint32_t i = 0; i < Random::users; i += 2) {
            static_cast<void>(before.reach(id_of(100 + i)));
        }
        std::vector<FactChange> changes;
        const auto count = round == 0 ? 150 : 1 + random.upto(4);
        for (std::uint32_t i = 0; i < count; ++i) changes.push_back(random.change());
        for (const auto& change : changes) {
            const std::pair key{change.table, change.id};
            if (change.after) rows[key] = *change.after;
            if (!change.after) rows.erase(key);
        }
        facts = before.with(changes);
        const auto expected = from_scratch();
        const auto touched = touched_users(before, facts, changes);
        for (std::uint32_t i = 0; i < Random::users; ++i) {
            const auto user = id_of(100 + i);
            const auto* reach = facts.reach(user);
            REQUIRE(equal(reach, expected.reach(user)));
            REQUIRE(equal(before.reach(user), expected_before.reach(user)));
            REQUIRE(Ways{user, facts} == Ways{user, expected});
            REQUIRE(facts.credentials_made_by(user) == expected.credentials_made_by(user));
            if (!touched || std::ranges::binary_search(*touched, user)) continue;
            REQUIRE(equal(before.reach(user), reach));
            REQUIRE(Ways{user, before} == Ways{user, facts});
            if (i % 2 == 0 && reach != nullptr) {
                REQUIRE(reach == before.reach(user));
                ++kept;
            }
        }
        expected_before = expected;
    }
    CHECK(kept > 1'000);  // the rule about what stays was not tried on nothing
}

TEST_CASE("a change leaves the reach of whom it does not touch", "[access]") {
    auto world = crowded();
    world.add(UserRole{bob, role_id});
    world.grant(role_id, secret_table, Right::read, Depth::local);
    const auto* of_alice = world.facts.reach(alice);
    const auto* of_bob = world.facts.reach(bob);
    const auto before = world.facts;
    world.add(Membership{crew, bob});
    CHECK(world.facts.reach(alice) == of_alice);
    CHECK(world.facts.reach(bob) != of_bob);
    CHECK(world.facts.reach(bob)->in_team(crew));
    CHECK(before.reach(bob) == of_bob);
    CHECK_FALSE(of_bob->in_team(crew));
    SECTION("and a unit's place is everybody's") {
        world.put(support, BusinessUnit{sales, false, "support"});
        CHECK(world.facts.reach(alice) != of_alice);
    }
    SECTION("but not its name") {
        world.put(support, BusinessUnit{root, false, "another name"});
        CHECK(world.facts.reach(alice) == of_alice);
    }
}

TEST_CASE("a pair touches the user or the members whom it names", "[access]") {
    auto world = crowded();
    world.add(Membership{crew, alice});
    const auto add = [&](const Fact& fact) { return touched_by(world, [&] { world.add(fact); }); };
    CHECK(add(Membership{helpdesk, stranger}) == Ids{stranger});
    CHECK(add(UserRole{bob, role_id}) == Ids{bob});
    CHECK(add(UserProfile{bob, profile_id}) == Ids{bob});
    CHECK(add(TeamRole{crew, other_role}) == Ids{alice});
    CHECK(add(TeamProfile{crew, profile_id}) == Ids{alice});
    CHECK(add(TeamRole{guests, role_id}) == Ids{});
}

TEST_CASE("a role or a profile touches who holds it, himself or through a team", "[access]") {
    auto world = crowded();
    world.add(Membership{crew, alice});
    world.add(UserRole{bob, role_id});
    world.add(TeamRole{crew, role_id});
    world.add(UserProfile{stranger, profile_id});
    world.add(TeamProfile{crew, profile_id});
    const auto put = [&](const Uuid& id, const Fact& fact) {
        return touched_by(world, [&] { world.put(id, fact); });
    };
    CHECK(put(role_id, Role{root, "role", false, {}}) == Ids{alice, bob});
    CHECK(put(profile_id, Profile{"profile"}) == Ids{alice, stranger});
    CHECK(put(crew, Team{sales, TeamType::access, "crew", {}, false}) == Ids{alice});
    CHECK(put(other_role, Role{root, "other", false, {}}) == Ids{});
    const auto& read = schema::privilege(secret_table, Right::read);
    CHECK(put(id_of(800), RolePrivilege{role_id, &read, Depth::local}) == Ids{alice, bob});
    FieldPermission permission;
    permission.profile = profile_id;
    CHECK(put(id_of(801), permission) == Ids{alice, stranger});
    CHECK(put(id_of(802), Organization{"organization"}) == Ids{});
}

TEST_CASE("a row that goes touches whom it named, and one that changes both", "[access]") {
    auto world = crowded();
    const auto membership = world.add(Membership{crew, alice});
    const auto role = world.add(UserRole{alice, role_id});
    const auto credential = world.add(credential_of(alice));
    const auto put = [&](const Uuid& id, const Fact& fact) {
        return touched_by(world, [&] { world.put(id, fact); });
    };
    const auto remove = [&](const schema::Table& table, const Uuid& id) {
        return touched_by(world, [&] { world.remove(table, id); });
    };
    CHECK(put(role, UserRole{bob, role_id}) == Ids{alice, bob});
    CHECK(put(credential, credential_of(bob)) == Ids{alice, bob});
    CHECK(remove(known::systemuserroles, role) == Ids{bob});
    CHECK(remove(known::rky_credential, credential) == Ids{bob});
    CHECK(remove(known::systemuserroles, role) == Ids{});
    // What leads to him goes with the row that it led to.
    CHECK(touched_by(world, [&] {
              world.remove(known::team, crew).remove(known::teammembership, membership);
          }) == Ids{alice});
}

TEST_CASE("rows that come together touch whom they lead to together", "[access]") {
    auto world = crowded();
    world.add(Membership{crew, alice});
    CHECK(touched_by(world, [&] {
              world.add(TeamRole{crew, role_id});
              world.add(Membership{crew, bob});
              world.grant(role_id, secret_table, Right::read, Depth::local);
          }) == Ids{alice, bob});
    CHECK(touched_by(world, [&] {
              world.put(id_of(90), World::user_in(sales));
              world.put(id_of(91), Role{root, "role", true, {}});
              world.add(UserRole{id_of(90), id_of(91)});
          }) == Ids{id_of(90)});
}

TEST_CASE("an identity that is given up touches the other who claims it", "[access]") {
    auto world = crowded();
    auto user = World::user_in(sales);
    user.entra_object = id_of(70);
    world.put(alice, user);
    CHECK(touched_by(world, [&] { world.put(bob, user); }) == Ids{alice, bob});
    CHECK(touched_by(world, [&] { world.remove(known::systemuser, bob); }) == Ids{alice, bob});
    CHECK(touched_by(world, [&] { world.put(stranger, World::user_in(sales)); }) == Ids{stranger});
}

TEST_CASE("a unit's place touches everybody, its name nobody", "[access]") {
    auto world = crowded();
    const auto put = [&](const BusinessUnit& unit) {
        return touched_by(world, [&] { world.put(berlin, unit); });
    };
    CHECK(put({sales, false, "another name"}) == Ids{});
    CHECK_FALSE(put({root, false, "berlin"}));
    CHECK_FALSE(put({root, true, "berlin"}));
    CHECK_FALSE(touched_by(world, [&] { world.remove(known::businessunit, berlin); }));
    CHECK_FALSE(put({root, false, "berlin"}));
}

TEST_CASE("a role that most users hold touches everybody", "[access]") {
    auto world = crowded();
    for (std::uint32_t i = 0; i < crowd; ++i) world.add(UserRole{id_of(500 + i), role_id});
    const auto grant = [&](const Uuid& role) {
        return touched_by(world, [&] {
            world.grant(role, secret_table, Right::read, Depth::local);
        });
    };
    CHECK_FALSE(grant(role_id));
    CHECK(grant(other_role) == Ids{});
}

TEST_CASE("a role keeps its page in the book until its own privileges change", "[access]") {
    World world;
    world.grant(role_id, secret_table, Right::read, Depth::local);
    const auto page = world.facts.role_book().depths(role_id);
    REQUIRE(page != nullptr);
    CHECK(world.facts.role_book().depths(other_role) == nullptr);
    const auto row = id_of(800);
    const auto& write = schema::privilege(secret_table, Right::write);
    world.put(row, RolePrivilege{other_role, &write, Depth::deep});
    CHECK(world.facts.role_book().depths(role_id) == page);
    CHECK((*world.facts.role_book().depths(other_role))[privilege_index(write)] == Depth::deep);
    world.put(row, RolePrivilege{role_id, &write, Depth::basic});
    CHECK(world.facts.role_book().depths(other_role) == nullptr);
    CHECK((*world.facts.role_book().depths(role_id))[privilege_index(write)] == Depth::basic);
    CHECK((*page)[privilege_index(write)] == Depth::none);
    // Of several depths the greatest counts, wherever it stands.
    world.put(id_of(799), RolePrivilege{role_id, &write, Depth::deep});
    world.put(id_of(801), RolePrivilege{role_id, &write, Depth::local});
    CHECK((*world.facts.role_book().depths(role_id))[privilege_index(write)] == Depth::deep);
    world.remove(known::roleprivileges, id_of(799)).remove(known::roleprivileges, id_of(801));
    world.put(row, RolePrivilege{role_id, &write, Depth::none});
    CHECK_FALSE(world.facts.role_book().depths(role_id)->held.test(privilege_index(write)));
}

}  // namespace rookery::access::touched_test
