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

Error own_rights() {
    return {Errc::access_denied, "Nobody changes his own rights.", "ask another administrator", {}};
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

/// Who may call as somebody more than before: by a credential that is new or no longer revoked, or
/// by an identity that now leads to him. Nil: nobody.
Uuid opened_to(const Facts& before, const FactChange& change) {
    if (!change.after) return {};
    if (const auto* credential = std::get_if<access::Credential>(&*change.after)) {
        const auto* old = before.credential(change.id);
        const bool wider = old == nullptr || (old->revoked && !credential->revoked) ||
                           credential->expires > old->expires || credential->user != old->user;
        return wider && !credential->revoked ? credential->user : Uuid{};
    }
    if (const auto* user = std::get_if<access::User>(&*change.after)) {
        const auto* old = before.user(change.id);
        const bool wider = old != nullptr && (user->entra_object != old->entra_object ||
                                              user->application != old->application);
        return wider ? change.id : Uuid{};
    }
    return {};
}

/// The units stay one tree under the root, and nobody who may still act locks himself out.
Result<void> check_units(
    const Planning& planning, const Facts& after, const std::vector<FactChange>& changes
) {
    const auto& root = planning.parts.root_business_unit;
    for (const auto& change : changes) {
        const auto* unit =
            change.after ? std::get_if<access::BusinessUnit>(&*change.after) : nullptr;
        if (unit == nullptr) continue;
        if (change.id == root && (!unit->parent.is_nil() || unit->disabled)) {
            return fail(
                Errc::switch_locked, "The root business unit cannot be disabled or given a parent."
            );
        }
        const auto range = after.units().range(change.id);
        if (change.id != root && range.first >= range.end) {
            return fail(
                Errc::invalid_argument,
                "A business unit's parent must lead to the root business unit."
            );
        }
    }
    const auto& caller = planning.caller.user;
    if (planning.facts().enabled(caller) && !after.enabled(caller)) {
        return fail(
            Errc::access_denied, "Nobody locks himself out.", "ask another administrator"
        );
    }
    return {};
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
        return fail(own_rights());
    }

    const auto after = before.with(changes);
    // A team's type or unit, a role's inheritance and a unit's place name nobody and widen many.
    if (!system && access::has_more_rights(caller.user, before, after)) return fail(own_rights());
    if (!system) ROOKERY_CHECK(check_units(planning, after, changes));
    auto gained = access::unmask_gain(before, after, changes);
    if (std::ranges::any_of(changes, touches_privileges)) {
        std::ranges::copy(grant_gain(before, after), std::back_inserter(gained));
    }
    // Whoever could call as a holder of the grant could hand it to himself in a second step.
    for (const auto& change : changes) {
        const auto user = opened_to(before, change);
        if (!user.is_nil() && after.enabled(user) && holds_grant(after, user)) gained.push_back(user);
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
