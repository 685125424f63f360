#include "access/touched.hpp"

#include "schema/known_tables.hpp"

#include <algorithm>

namespace rookery::access {
namespace {

namespace known = schema::known;
using Ids = std::vector<Uuid>;

void sort_unique(Ids& ids) {
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
}

/// What rows of facts speak of. Each of these is looked up once, however many rows name it.
struct Named {
    Ids users;
    Ids teams;
    Ids roles;
    Ids profiles;
    Ids entra_objects;
    Ids applications;

    void sort() {
        for (auto* ids : {&users, &teams, &roles, &profiles, &entra_objects, &applications}) {
            sort_unique(*ids);
        }
    }
};

/// Notes what one row speaks of.
struct Note {
    const Uuid& id;
    Named& out;
    bool shares = false;  // also with whom something is shared

    // An identity that two users claim is nobody's: who gives one up may leave it to another.
    void operator()(const User& row) {
        out.users.push_back(id);
        out.entra_objects.push_back(row.entra_object);
        out.applications.push_back(row.application);
    }

    void operator()(const Team&) { out.teams.push_back(id); }

    void operator()(const BusinessUnit&) {}  // see places_differ

    void operator()(const Role&) { out.roles.push_back(id); }

    void operator()(const Profile&) { out.profiles.push_back(id); }

    void operator()(const Organization&) {}

    void operator()(const Membership& row) { out.users.push_back(row.user); }

    void operator()(const UserRole& row) { out.users.push_back(row.user); }

    void operator()(const TeamRole& row) { out.teams.push_back(row.team); }

    void operator()(const UserProfile& row) { out.users.push_back(row.user); }

    void operator()(const TeamProfile& row) { out.teams.push_back(row.team); }

    void operator()(const RolePrivilege& row) { out.roles.push_back(row.role); }

    void operator()(const FieldPermission& row) { out.profiles.push_back(row.profile); }

    void operator()(const Credential& row) { out.users.push_back(row.user); }

    void operator()(const Share& row) { shared(row.kind, row.principal); }

    void operator()(const ColumnShare& row) { shared(row.kind, row.principal); }

    void shared(PrincipalKind kind, const Uuid& with) {
        if (shares) (kind == PrincipalKind::team ? out.teams : out.users).push_back(with);
    }
};

/// A new name moves nobody.
bool places_differ(const BusinessUnit* before, const BusinessUnit* after) {
    if (before == nullptr || after == nullptr) return before != after;
    return before->parent != after->parent || before->disabled != after->disabled;
}

void add_identified(const Facts& facts, const Named& named, Ids& out) {
    const auto add = [&](const Uuid& id, const User&) { out.push_back(id); };
    for (const auto& object : named.entra_objects) {
        facts.users().each<&User::entra_object>(object, add);
    }
    for (const auto& application : named.applications) {
        facts.users().each<&User::application>(application, add);
    }
}

/// Everybody whom these facts lead to from what was named. False: more than `limit`.
bool add_holders(const Facts& facts, const Named& named, std::size_t limit, Ids& out) {
    auto teams = named.teams;
    const auto add_user = [&](const Uuid&, const auto& pair) { out.push_back(pair.user); };
    const auto add_team = [&](const Uuid&, const auto& pair) { teams.push_back(pair.team); };
    for (const auto& role : named.roles) {
        facts.user_roles().each<&UserRole::role>(role, add_user);
        facts.team_roles().each<&TeamRole::role>(role, add_team);
        if (out.size() > limit) return false;
    }
    for (const auto& profile : named.profiles) {
        facts.user_profiles().each<&UserProfile::profile>(profile, add_user);
        facts.team_profiles().each<&TeamProfile::profile>(profile, add_team);
        if (out.size() > limit) return false;
    }
    sort_unique(teams);
    for (const auto& team : teams) {
        facts.memberships().each<&Membership::team>(team, add_user);
        if (out.size() > limit) return false;
    }
    return true;
}

std::optional<std::vector<Uuid>> users_of(
    const Facts& before, const Facts& after, std::span<const FactChange> changes, bool shares
) {
    for (const auto& change : changes) {
        if (change.table != known::businessunit.id) continue;
        const auto* was = before.business_unit(change.id);
        if (places_differ(was, after.business_unit(change.id))) return std::nullopt;
    }
    Named named;
    for (const auto& change : changes) {
        for (const auto* facts : {&before, &after}) {
            const auto row = facts->fact(change.table, change.id);
            if (row) std::visit(Note{change.id, named, shares}, *row);
        }
    }
    named.sort();
    // One of the two snapshots is enough to walk, though a way to a user may be in the other alone:
    // of its rows take the changed one that is nearest to him. All that is nearer is in both, and
    // leads from what that row names to him.
    auto out = named.users;
    add_identified(before, named, out);
    const auto most = out.size() + after.users().rows().size() / 2;
    if (!add_holders(before, named, most, out)) return std::nullopt;
    sort_unique(out);
    return out;
}

}  // namespace

std::optional<std::vector<Uuid>> touched_users(
    const Facts& before, const Facts& after, std::span<const FactChange> changes
) {
    return users_of(before, after, changes, false);
}

std::optional<std::vector<Uuid>> affected_users(
    const Facts& before, const Facts& after, std::span<const FactChange> changes
) {
    return users_of(before, after, changes, true);
}

}  // namespace rookery::access
