#include "access/touched.hpp"

#include "schema/known_tables.hpp"

#include <set>

namespace rookery::access {
namespace {

namespace known = schema::known;
using Users = std::set<Uuid>;

void add_holders_of_profile(const Facts& facts, const Uuid& profile, Users& out) {
    facts.user_profiles().each<&UserProfile::profile>(
        profile, [&](const Uuid&, const UserProfile& pair) { out.insert(pair.user); }
    );
    facts.team_profiles().each<&TeamProfile::profile>(
        profile,
        [&](const Uuid&, const TeamProfile& pair) {
            const auto members = facts.members_of(pair.team);
            out.insert(members.begin(), members.end());
        }
    );
}

void add_holders_of_role(const Facts& facts, const Uuid& role, Users& out) {
    facts.user_roles().each<&UserRole::role>(role, [&](const Uuid&, const UserRole& pair) {
        out.insert(pair.user);
    });
    facts.team_roles().each<&TeamRole::role>(role, [&](const Uuid&, const TeamRole& pair) {
        const auto members = facts.members_of(pair.team);
        out.insert(members.begin(), members.end());
    });
}

/// The users that one row of facts speaks of, directly or through a team, role or profile.
struct Touched {
    const Facts& facts;
    const Uuid& id;
    Users& out;

    void members(const Uuid& team) {
        const auto found = facts.members_of(team);
        out.insert(found.begin(), found.end());
    }

    void operator()(const User&) { out.insert(id); }

    void operator()(const Team&) { members(id); }

    void operator()(const BusinessUnit&) {}

    void operator()(const Role&) { add_holders_of_role(facts, id, out); }

    void operator()(const Profile&) { add_holders_of_profile(facts, id, out); }

    void operator()(const Organization&) {}

    void operator()(const Membership& row) { out.insert(row.user); }

    void operator()(const UserRole& row) { out.insert(row.user); }

    void operator()(const TeamRole& row) { members(row.team); }

    void operator()(const UserProfile& row) { out.insert(row.user); }

    void operator()(const TeamProfile& row) { members(row.team); }

    void operator()(const RolePrivilege& row) { add_holders_of_role(facts, row.role, out); }

    void operator()(const FieldPermission& row) { add_holders_of_profile(facts, row.profile, out); }

    void operator()(const Credential& row) { out.insert(row.user); }
};

/// Nothing when the changes do not tell: a unit moves all below it, and a row that goes names
/// nobody (deletions of pairs, privileges and credentials take away, but an identity set free by a
/// deleted user may lead to another).
std::optional<Users> touched_set(
    const Facts& before, const Facts& after, std::span<const FactChange> changes
) {
    Users out;
    for (const auto& change : changes) {
        if (change.table == known::businessunit.id) return std::nullopt;
        if (!change.after) {
            if (change.table == known::systemuser.id) return std::nullopt;
            continue;
        }
        // A user who gives up an identity may leave it to another who claims it too.
        if (const auto* user = std::get_if<User>(&*change.after)) {
            const auto* old = before.user(change.id);
            if (old != nullptr && (old->entra_object != user->entra_object ||
                                   old->application != user->application)) {
                return std::nullopt;
            }
        }
        std::visit(Touched{after, change.id, out}, *change.after);
    }
    return out;
}

}  // namespace

std::optional<std::vector<Uuid>> touched_users(
    const Facts& before, const Facts& after, std::span<const FactChange> changes
) {
    const auto found = touched_set(before, after, changes);
    if (!found) return std::nullopt;
    return std::vector<Uuid>(found->begin(), found->end());
}

}  // namespace rookery::access
