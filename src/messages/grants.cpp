#include "messages/grants.hpp"

#include <algorithm>

#include "access/grant_unmask.hpp"
#include "messages/access_fact.hpp"
#include "messages/needs.hpp"

namespace rookery::messages {
namespace {

using access::FactChange;
using access::Facts;

bool holds_grant(const Facts& facts, const Uuid& user) {
    return access::decide(user, needs_of_general(schema::prv_grant_unmask), facts).allowed();
}

bool holds_role(const Facts& facts, const Uuid& user, const Uuid& role) {
    const auto has = [&](const std::vector<Uuid>& roles) {
        return std::ranges::find(roles, role) != roles.end();
    };
    if (has(facts.roles_of_user(user))) return true;
    const auto teams = facts.teams_of(user);
    return std::ranges::any_of(teams, [&](const Uuid& team) { return has(facts.roles_of_team(team)); });
}

bool in_team(const Facts& facts, const Uuid& user, const Uuid& team) {
    const auto teams = facts.teams_of(user);
    return std::ranges::find(teams, team) != teams.end();
}

bool has_profile(const Facts& facts, const Uuid& user, const Uuid& profile) {
    bool found = false;
    facts.user_profiles().each<&access::UserProfile::profile>(
        profile, [&](const Uuid&, const access::UserProfile& row) { found = found || row.user == user; }
    );
    facts.team_profiles().each<&access::TeamProfile::profile>(
        profile,
        [&](const Uuid&, const access::TeamProfile& row) {
            found = found || in_team(facts, user, row.team);
        }
    );
    return found;
}

/// Whether a change gives something to `user`. What takes away, or names others only, does not.
bool widens(const Facts& facts, const Uuid& user, const FactChange& change) {
    if (!change.after) return false;
    return std::visit(
        [&](const auto& row) {
            using T = std::decay_t<decltype(row)>;
            if constexpr (std::is_same_v<T, access::User>) {
                return change.id == user;
            } else if constexpr (std::is_same_v<T, access::Membership> ||
                                 std::is_same_v<T, access::UserRole> ||
                                 std::is_same_v<T, access::UserProfile>) {
                return row.user == user;
            } else if constexpr (std::is_same_v<T, access::TeamRole> ||
                                 std::is_same_v<T, access::TeamProfile>) {
                return in_team(facts, user, row.team);
            } else if constexpr (std::is_same_v<T, access::RolePrivilege>) {
                return holds_role(facts, user, row.role);
            } else if constexpr (std::is_same_v<T, access::FieldPermission>) {
                return has_profile(facts, user, row.profile);
            } else {
                return false;
            }
        },
        *change.after
    );
}

/// Users to whom the changes hand the right to hand on the way to plaintext.
std::vector<Uuid> grant_gain(const Facts& before, const Facts& after) {
    std::vector<Uuid> gained;
    for (const auto& user : after.users().rows()) {
        if (holds_grant(after, user.id) && !holds_grant(before, user.id)) gained.push_back(user.id);
    }
    return gained;
}

bool touches_privileges(const FactChange& change) {
    return change.after && !std::holds_alternative<access::Credential>(*change.after);
}

}  // namespace

Result<void> check_grants(Planning& planning) {
    if (!planning.plan().raises_access_epoch()) return {};
    std::vector<FactChange> changes;
    for (const auto& write : planning.plan().writes) {
        if (write.access_fact) changes.push_back(fact_change(write));
    }
    const auto& before = planning.facts();
    const auto& caller = planning.caller;
    const bool system = caller.method == access::AuthMethod::system;
    if (!system && std::ranges::any_of(changes, [&](const FactChange& change) {
            return widens(before, caller.user, change);
        })) {
        return fail(
            Errc::access_denied, "Nobody changes his own rights.", "ask another administrator"
        );
    }

    const auto after = before.with(changes);
    auto gained = access::unmask_gain(before, after, changes);
    if (std::ranges::any_of(changes, touches_privileges)) {
        std::ranges::copy(grant_gain(before, after), std::back_inserter(gained));
    }
    std::ranges::sort(gained);
    gained.erase(std::unique(gained.begin(), gained.end()), gained.end());
    if (gained.empty()) return {};

    const bool self = std::ranges::binary_search(gained, caller.user);
    if ((self && !system) || !holds_grant(before, caller.user)) {
        return fail(
            Errc::grant_unmask_denied,
            "This lets somebody read tokens in clear, which needs the privilege " +
                std::string(schema::prv_grant_unmask) + " and never works for oneself."
        );
    }
    for (const auto& user : gained) {
        auto event = planning.event(audit::Action::grant, audit::Outcome::success);
        event.table = "systemuser";
        event.record = user;
        event.extras.emplace_back("grant", std::string("unmask"));
        planning.record(event);
    }
    return {};
}

}  // namespace rookery::messages
