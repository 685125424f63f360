#include "access/facts.hpp"

#include "access/reach.hpp"
#include "access/world.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace rookery::access::facts_test {

TEST_CASE("a snapshot does not change when the next one is made", "[access]") {
    World world;
    const auto before = world.facts;
    auto user = World::user_in(berlin);
    user.full_name = "moved";
    world.put(alice, user);
    CHECK(before.user(alice)->business_unit == sales);
    CHECK(world.facts.user(alice)->business_unit == berlin);
    CHECK(world.facts.team(crew) == before.team(crew));  // shared, not copied
}

TEST_CASE("facts are found by id and gone once removed", "[access]") {
    World world;
    CHECK(world.facts.user(alice) != nullptr);
    CHECK(world.facts.team(crew)->can_own());
    CHECK_FALSE(world.facts.team(guests)->can_own());
    CHECK(world.facts.business_unit(berlin)->parent == sales);
    CHECK(world.facts.role(role_id)->name == "role");
    CHECK(world.facts.profile(profile_id)->name == "profile");
    CHECK(world.facts.user(crew) == nullptr);
    world.remove(known::team, crew).remove(known::role, role_id);
    CHECK(world.facts.team(crew) == nullptr);
    CHECK(world.facts.role(role_id) == nullptr);
    world.remove(known::team, crew);  // twice is once
    CHECK(world.facts.team(guests) != nullptr);
}

TEST_CASE("many changes at once are what they are one by one", "[access]") {
    std::vector<FactChange> changes;
    FactsBuilder builder;
    auto one_by_one = Facts{};
    // Scattered ids, each put three times; every seventh removed in the end.
    for (std::uint32_t i = 0; i < 300; ++i) {
        auto user = World::user_in(id_of(i % 5 + 1));
        user.full_name = std::to_string(i);
        const auto id = id_of(i * 7919 % 100 + 1);
        changes.push_back({known::systemuser.id, id, user});
        builder.put(id, user);
        if (i % 7 == 0) changes.push_back({known::systemuser.id, id, std::nullopt});
    }
    for (const auto& change : changes) one_by_one = one_by_one.with(std::span{&change, 1});
    const auto at_once = Facts{}.with(changes);
    const auto seeded = Facts{}.with(std::span{changes}.first(1)).with(changes);
    for (std::uint32_t i = 0; i <= 101; ++i) {
        const auto* expected = one_by_one.user(id_of(i));
        for (const auto* facts : {&at_once, &seeded}) {
            const auto* found = facts->user(id_of(i));
            REQUIRE((found == nullptr) == (expected == nullptr));
            if (found != nullptr) CHECK(found->full_name == expected->full_name);
        }
    }
    CHECK(builder.build().users().rows().size() == 100);
}

TEST_CASE("an identity leads to its user, and to nobody when two claim it", "[access]") {
    World world;
    CHECK_FALSE(world.facts.user_by_entra_object(id_of(70)));
    auto user = World::user_in(sales);
    user.entra_object = id_of(70);
    user.application = id_of(71);
    world.put(alice, user);
    CHECK(world.facts.user_by_entra_object(id_of(70)) == alice);
    CHECK(world.facts.user_by_application(id_of(71)) == alice);
    CHECK_FALSE(world.facts.user_by_entra_object(id_of(71)));
    CHECK_FALSE(world.facts.user_by_entra_object(Uuid{}));
    world.put(bob, user);
    CHECK_FALSE(world.facts.user_by_entra_object(id_of(70)));
    CHECK_FALSE(world.facts.user_by_application(id_of(71)));
}

TEST_CASE("a credential is valid until it is revoked or its user's counter rises", "[access]") {
    World world;
    Credential credential;
    credential.user = alice;
    const auto id = world.add(credential);
    const auto valid = [&] { return world.facts.valid(*world.facts.credential(id)); };
    CHECK(valid());
    CHECK(world.facts.credentials_of(alice) == std::vector{id});
    CHECK(world.facts.credentials_of(bob).empty());
    SECTION("revoked") {
        credential.revoked = Instant{};
        world.put(id, credential);
    }
    SECTION("counter") {
        auto user = World::user_in(sales);
        user.credential_counter = 1;
        world.put(alice, user);
    }
    SECTION("user gone") { world.remove(known::systemuser, alice); }
    CHECK_FALSE(valid());
}

TEST_CASE("a credential is found by its user and by its maker", "[access]") {
    World world;
    Credential credential;
    credential.user = alice;
    const auto unmade = world.add(credential);
    credential.maker = bob;
    const auto made = world.add(credential);
    CHECK(world.facts.credentials_of(alice) == std::vector{unmade, made});
    CHECK(world.facts.credentials_made_by(bob) == std::vector{made});
    CHECK(world.facts.credentials_made_by(alice).empty());
    CHECK(world.facts.credentials_made_by(Uuid{}).empty());
    credential.maker = stranger;
    world.put(made, credential);
    CHECK(world.facts.credentials_made_by(bob).empty());
    CHECK(world.facts.credentials_made_by(stranger) == std::vector{made});
    world.remove(known::rky_credential, made);
    CHECK(world.facts.credentials_made_by(stranger).empty());
}

TEST_CASE("any row can be had by its table and id", "[access]") {
    World world;
    const auto pair = world.add(Membership{crew, alice});
    const auto found = world.facts.fact(known::teammembership.id, pair);
    REQUIRE(found);
    CHECK(std::get<Membership>(*found).user == alice);
    CHECK(std::get<User>(*world.facts.fact(known::systemuser.id, bob)).business_unit == berlin);
    CHECK_FALSE(world.facts.fact(known::systemuser.id, pair));
    CHECK_FALSE(world.facts.fact(secret_table.id, pair));
}

TEST_CASE("rows of a kind are walked in the order of their ids", "[access]") {
    World world;
    for (std::uint32_t i = 0; i < 1'000; ++i) {
        world.put(id_of(2'000 + i * 7919 % 1'000), World::user_in(sales));
    }
    const auto rows = world.facts.users().rows();
    CHECK(rows.size() == 1'003);
    CHECK(std::ranges::is_sorted(rows, {}, [](const auto& stored) { return stored.id; }));
    CHECK(std::distance(rows.begin(), rows.end()) == 1'003);
    CHECK(Facts{}.users().rows().empty());
    CHECK(Facts{}.users().rows().begin() == Facts{}.users().rows().end());
}

TEST_CASE("memberships are found from both ends", "[access]") {
    World world;
    world.add(Membership{crew, alice});
    world.add(Membership{crew, bob});
    world.add(Membership{helpdesk, alice});
    auto teams = world.facts.teams_of(alice);
    std::sort(teams.begin(), teams.end());
    CHECK(teams == std::vector{crew, helpdesk});
    auto members = world.facts.members_of(crew);
    std::sort(members.begin(), members.end());
    CHECK(members == std::vector{alice, bob});
    CHECK(world.facts.members_of(guests).empty());
}

TEST_CASE("units in a loop, or below a missing parent, belong to no tree", "[access]") {
    World world;
    const auto& tree = [&]() -> const UnitTree& { return world.facts.units(); };
    CHECK(tree().range(root).contains(tree().range(berlin)));
    CHECK_FALSE(tree().range(support).contains(tree().range(berlin)));
    CHECK(tree().below(sales).size() == 2);
    CHECK(tree().below(root).size() == 4);
    world.put(sales, BusinessUnit{berlin, false, "sales"});
    CHECK_FALSE(tree().active(sales));
    CHECK_FALSE(tree().active(berlin));
    CHECK_FALSE(tree().range(root).contains(tree().range(berlin)));
    CHECK(tree().below(sales).empty());
    CHECK(tree().below(id_of(99)).empty());
    world.put(sales, BusinessUnit{id_of(99), false, "sales"});
    CHECK_FALSE(tree().active(berlin));
}

TEST_CASE("a very deep tree of units is walked without recursion", "[access]") {
    FactsBuilder builder;
    constexpr std::uint32_t depth = 50'000;
    for (std::uint32_t i = 1; i <= depth; ++i) {
        builder.put(id_of(i), BusinessUnit{i == 1 ? Uuid{} : id_of(i - 1), false, ""});
    }
    const auto facts = builder.build();
    CHECK(facts.units().range(id_of(1)).contains(facts.units().range(id_of(depth))));
    CHECK_FALSE(facts.units().range(id_of(depth)).contains(facts.units().range(id_of(1))));
}

TEST_CASE("threads that decide about one user for the first time agree", "[access]") {
    World world;
    world.add(UserRole{alice, role_id});
    world.grant(role_id, secret_table, Right::read, Depth::local);
    const auto needs = needs_on(Right::read, row_of(bob, PrincipalKind::user, sales));
    for (int round = 0; round < 20; ++round) {
        world.put(bob, World::user_in(berlin));  // a new snapshot: nothing derived yet
        std::vector<std::thread> threads;
        std::vector<char> allowed(4, 0);
        for (std::size_t i = 0; i < allowed.size(); ++i) {
            threads.emplace_back([&, i] {
                allowed[i] = decide(alice, needs, world.facts).allowed() ? 1 : 0;
            });
        }
        for (auto& thread : threads) thread.join();
        CHECK(allowed == std::vector<char>(4, 1));
    }
}

TEST_CASE("what is derived on one thread may be kept by a snapshot made on another", "[access]") {
    World world;
    constexpr std::uint32_t count = 300;
    for (std::uint32_t i = 0; i < count; ++i) world.put(id_of(2'000 + i), World::user_in(sales));
    world.add(TeamRole{crew, role_id});
    world.grant(role_id, secret_table, Right::read, Depth::local);
    for (std::uint32_t i = 0; i < count; ++i) {
        const auto old = world.facts;
        std::atomic<bool> agreed = true;
        std::thread reader([&] {
            for (std::uint32_t k = 0; k < count; ++k) {
                const auto* reach = old.reach(id_of(2'000 + k));
                if (reach->in_team(crew) != (k < i)) agreed = false;
            }
        });
        world.add(Membership{crew, id_of(2'000 + i)});
        CHECK(world.facts.reach(id_of(2'000 + i))->in_team(crew));
        reader.join();
        CHECK(agreed);
    }
}

}  // namespace rookery::access::facts_test
