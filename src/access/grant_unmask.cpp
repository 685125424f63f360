#include "access/grant_unmask.hpp"

#include "access/reach.hpp"
#include "access/scope.hpp"
#include "schema/known_tables.hpp"

#include <algorithm>
#include <optional>
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

/// Everyone who may see something in clear got it through a profile.
Users unmaskers(const Facts& facts) {
    std::set<Uuid> profiles;
    for (const auto& [id, row] : facts.field_permissions().rows()) {
        if (row.unmask != UnmaskLevel::none) profiles.insert(row.profile);
    }
    Users out;
    for (const auto& profile : profiles) add_holders_of_profile(facts, profile, out);
    return out;
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
std::optional<Users> touched_users(
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

bool grew(const Scope& before, const Scope& after, const Facts& facts_before) {
    if (before.all) return false;
    if (after.all) return true;
    const bool owners = std::includes(
        before.owners.begin(), before.owners.end(), after.owners.begin(), after.owners.end()
    );
    if (!owners) return true;
    return std::any_of(after.units.begin(), after.units.end(), [&](const Uuid& unit) {
        return facts_before.business_unit(unit) != nullptr &&
               !std::binary_search(before.units.begin(), before.units.end(), unit);
    });
}

/// A privilege that is not on a table.
bool holds(const Reach& reach, const schema::Privilege& privilege) {
    return std::any_of(
        reach.assignments.begin(),
        reach.assignments.end(),
        [&](const Assignment& assignment) {
            return reach.depth(assignment, privilege) != schema::Depth::none;
        }
    );
}

bool reads_more(const Uuid& user, const Reach& after, const Facts& was, const Facts& is) {
    const auto* before = was.reach(user);
    schema::TableId last = 0;
    for (const auto& column : after.columns) {
        if (column.unmask == UnmaskLevel::none) continue;
        const auto* old = before == nullptr ? nullptr : before->column(column.table, column.column);
        if (old == nullptr || old->unmask < column.unmask) return true;
        if (column.table == last) continue;
        last = column.table;
        const auto& table = *schema::table(column.table);
        const auto right = schema::Right::read;
        if (grew(scope(user, table, right, was), scope(user, table, right, is), was)) return true;
    }
    return false;
}

bool identified_anew(const Uuid& user, const User& row, const Facts& was, const Facts& is) {
    const bool by_object = is.user_by_entra_object(row.entra_object) == user &&
                           was.user_by_entra_object(row.entra_object) != user;
    const bool by_application = is.user_by_application(row.application) == user &&
                                was.user_by_application(row.application) != user;
    return by_object || by_application;
}

bool credential_grew(const Uuid& id, const Credential& now, const Facts& was) {
    const auto* old = was.credential(id);
    if (old == nullptr || !was.valid(*old)) return true;
    const bool freed = old->certificate != now.certificate && !old->certificate.empty();
    return old->user != now.user || old->hash != now.hash || old->expires < now.expires || freed;
}

bool has_more_credentials(const Uuid& user, const Facts& was, const Facts& is) {
    for (const auto& id : is.credentials_of(user)) {
        const auto& credential = *is.credential(id);
        if (is.valid(credential) && credential_grew(id, credential, was)) return true;
    }
    return false;
}

bool gains(const Uuid& user, const Facts& was, const Facts& is) {
    const auto* after = is.reach(user);
    if (after == nullptr || !after->enabled) return false;
    const bool unmasks =
        std::any_of(after->columns.begin(), after->columns.end(), [](const ColumnReach& column) {
            return column.unmask != UnmaskLevel::none;
        });
    if (!unmasks) return false;
    if (!was.enabled(user)) return true;
    return reads_more(user, *after, was, is) || identified_anew(user, *is.user(user), was, is) ||
           has_more_credentials(user, was, is);
}

std::vector<Uuid> gaining(const Users& candidates, const Facts& was, const Facts& is) {
    std::vector<Uuid> out;
    for (const auto& user : candidates) {
        if (gains(user, was, is)) out.push_back(user);
    }
    return out;
}

}  // namespace

std::vector<Uuid> unmask_gain(const Facts& before, const Facts& after) {
    return gaining(unmaskers(after), before, after);
}

std::vector<Uuid> unmask_gain(
    const Facts& before, const Facts& after, std::span<const FactChange> changes
) {
    const auto touched = touched_users(before, after, changes);
    return touched ? gaining(*touched, before, after) : unmask_gain(before, after);
}

bool has_more_rights(const Uuid& user, const Facts& before, const Facts& after) {
    const auto* was = before.reach(user);
    const auto* is = after.reach(user);
    if (is == nullptr || !is->enabled) return false;
    if (was == nullptr || !was->enabled) return true;
    const auto more_column = [&](const ColumnReach& now) {
        const auto* old = was->column(now.table, now.column);
        const auto had = old == nullptr ? ColumnReach{} : *old;
        return (now.create && !had.create) || (now.read && !had.read) ||
               (now.update && !had.update) || now.unmask > had.unmask;
    };
    if (std::any_of(is->columns.begin(), is->columns.end(), more_column)) return true;
    for (const auto& privilege : schema::privileges()) {
        if (privilege.table == nullptr) {
            if (holds(*is, privilege) && !holds(*was, privilege)) return true;
        } else if (grew(
                       scope(user, *privilege.table, privilege.right, before),
                       scope(user, *privilege.table, privilege.right, after),
                       before
                   )) {
            return true;
        }
    }
    return false;
}

}  // namespace rookery::access
