// What a change of facts costs, and what a look at them: `access_test "[.bench]"` prints medians.
// Hidden by its tag and without a limit: a limit in time fails on a busy machine.
#include "access/facts.hpp"
#include "access/reach.hpp"
#include "access/world.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <random>
#include <vector>

namespace rookery::access {
namespace {

constexpr std::size_t unit_count = 40;
constexpr std::size_t user_count = 10'000;
constexpr std::size_t team_count = 1'000;
constexpr std::size_t membership_count = 30'000;
constexpr std::size_t role_count = 50;
constexpr std::size_t profile_count = 10;
constexpr std::size_t credential_count = 5'000;

/// An organization as large as the budget speaks of, with ids as scattered as real ones.
class Large {
 public:
    Large() {
        for (std::size_t i = 0; i < unit_count; ++i) {
            units.push_back(id());
            const auto parent = i == 0 ? Uuid{} : units[(i - 1) / 3];
            builder.put(units.back(), BusinessUnit{parent, false, "unit"});
        }
        users = make(user_count, [&](std::size_t) {
            User user = World::user_in(any(units));
            user.full_name = "A name as long as names are";
            user.entra_object = id();
            return user;
        });
        teams = make(team_count, [&](std::size_t) {
            return Team{any(units), TeamType::owner, "team", {}, false};
        });
        roles = make(role_count, [&](std::size_t) {
            return Role{units.front(), "role", true, {}};
        });
        profiles = make(profile_count, [](std::size_t) { return Profile{"profile"}; });
        memberships = make(membership_count, [&](std::size_t) {
            return Membership{any(teams), any(users)};
        });
        make(user_count, [&](std::size_t i) { return UserRole{users[i], any(roles)}; });
        make(2 * team_count, [&](std::size_t i) { return TeamRole{teams[i / 2], any(roles)}; });
        make(user_count / 10, [&](std::size_t) { return UserProfile{any(users), any(profiles)}; });
        make(team_count / 2, [&](std::size_t) { return TeamProfile{any(teams), any(profiles)}; });
        for (const auto& role : roles) {
            privileges = make(schema::privileges().size(), [&](std::size_t i) {
                return RolePrivilege{role, &schema::privileges()[i], Depth::local};
            });
        }
        for (const auto& user : users) builder.put(id(), UserRole{user, roles.front()});
        make(profile_count, [&](std::size_t i) {
            return FieldPermission{
                profiles[i],
                secret_table.id,
                token().id,
                true,
                true,
                true,
                UnmaskLevel::one_record};
        });
        make(credential_count, [&](std::size_t) {
            Credential credential;
            credential.user = any(users);
            return credential;
        });
    }

    Uuid id() {
        Uuid out;
        for (auto& byte : out.bytes) byte = static_cast<std::uint8_t>(random_());
        return out;
    }

    const Uuid& any(const std::vector<Uuid>& ids) { return ids[random_() % ids.size()]; }

    std::vector<Uuid> units;
    std::vector<Uuid> users;
    std::vector<Uuid> teams;
    std::vector<Uuid> roles;
    std::vector<Uuid> profiles;
    std::vector<Uuid> memberships;
    std::vector<Uuid> privileges;  // of the last role
    FactsBuilder builder;

 private:
    template <class Row>
    std::vector<Uuid> make(std::size_t count, Row row) {
        std::vector<Uuid> out;
        for (std::size_t i = 0; i < count; ++i) {
            const auto next = id();
            builder.put(next, row(i));
            out.push_back(next);
        }
        return out;
    }

    std::mt19937_64 random_{7};  // the same organization in every run
};

/// Of the processor, in microseconds: what else runs on the machine does not count.
double now() {
    timespec time{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) / 1e3;
}

/// The median of many calls; `use` gets the number of the call.
template <class Use>
void report(const char* what, int calls, Use&& use) {
    std::vector<double> times;
    for (int i = 0; i < calls; ++i) {
        const auto start = now();
        use(i);
        times.push_back(now() - start);
    }
    std::sort(times.begin(), times.end());
    std::printf(
        "%-44s %10.1f us median, %10.1f at least\n", what, times[times.size() / 2], times.front()
    );
}

}  // namespace

TEST_CASE("what changes of facts and looks at them cost", "[.bench]") {
    Large large;
    auto facts = large.builder.build();
    std::size_t found = 0;

    const auto warm = [&] {
        for (const auto& user : large.users) found += facts.reach(user) != nullptr ? 1U : 0U;
    };
    // The old snapshot goes within the time: a server drops it as well.
    const auto change = [&](const Uuid& id, const Fact& fact) {
        const FactChange one{table_of(fact), id, fact};
        facts = facts.with(std::span{&one, 1});
    };
    constexpr int calls = 101;
    report("load everything", 5, [&](int) { facts = large.builder.build(); });
    warm();
    report("with a new membership", calls, [&](int) {
        change(large.id(), Membership{large.any(large.teams), large.any(large.users)});
    });
    report("without a membership", calls, [&](int i) {
        const auto at = static_cast<std::size_t>(i);
        const FactChange one{known::teammembership.id, large.memberships[at], std::nullopt};
        facts = facts.with(std::span{&one, 1});
    });
    report("with a changed user", calls, [&](int i) {
        auto user = World::user_in(large.any(large.units));
        user.credential_counter = static_cast<std::uint64_t>(i);
        change(large.any(large.users), user);
    });
    report("with a new credential", calls, [&](int) {
        Credential credential;
        credential.user = large.any(large.users);
        change(large.id(), credential);
    });
    report("with a changed team", calls, [&](int) {
        change(
            large.any(large.teams), Team{large.any(large.units), TeamType::owner, "t", {}, false}
        );
    });
    report("with a changed privilege of a role", calls, [&](int i) {
        const auto at = static_cast<std::size_t>(i) % large.privileges.size();
        change(
            large.privileges[at],
            RolePrivilege{large.roles.back(), &schema::privileges()[at], Depth::global}
        );
    });
    report("with a changed privilege of everybody's role", calls, [&](int i) {
        const auto at = static_cast<std::size_t>(i) % schema::privileges().size();
        change(
            large.id(), RolePrivilege{large.roles.front(), &schema::privileges()[at], Depth::global}
        );
    });
    report("with a changed unit", calls, [&](int i) {
        change(large.units.back(), BusinessUnit{large.units.front(), i % 2 == 0, "unit"});
    });

    report("with a membership, then everybody's reach", 5, [&](int) {
        change(large.id(), Membership{large.any(large.teams), large.any(large.users)});
        warm();
    });
    facts = large.builder.build();
    report("reach of 1,000 users, cold", 1, [&](int) {
        for (std::size_t i = 0; i < 1'000; ++i) found += facts.reach(large.users[i])->role_count;
    });
    warm();
    report("reach of 1,000 users, warm", calls, [&](int) {
        for (int i = 0; i < 1'000; ++i) found += facts.reach(large.any(large.users))->role_count;
    });
    report("find of 1,000 users", calls, [&](int) {
        for (int i = 0; i < 1'000; ++i) found += facts.user(large.any(large.users))->disabled;
    });
    report("teams of 1,000 users", calls, [&](int) {
        for (int i = 0; i < 1'000; ++i) found += facts.teams_of(large.any(large.users)).size();
    });
    CHECK(found > 0);
}

}  // namespace rookery::access
