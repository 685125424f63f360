// Facts: everything that decides access, as one immutable snapshot. Copying one is a pointer. A
// change makes a new snapshot that shares all rows but the changed ones, and what is derived for
// all users but those whom it can touch. Thread-safe: what is derived per user is computed at its
// first use and published atomically.
//
// Made by messages from the rows of access-fact tables and kept with the view they belong to; read
// by decide, scope and judge, and by whoever looks up a user, team or credential.
#pragma once

#include "access/fact_rows.hpp"
#include "access/fact_table.hpp"
#include "access/unit_tree.hpp"

#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace rookery::access {

struct Reach;
class RoleBook;

class Facts {
 public:
    /// Nobody and nothing.
    Facts();

    /// The snapshot after these changes, applied in order. The cost is that of the changed rows and
    /// of the users whom they touch; a unit that comes, goes, moves, or is enabled or disabled
    /// touches every user. Precondition: `after`, if given, is a row of `table`. A change of a table
    /// that holds no facts is ignored.
    [[nodiscard]] Facts with(std::span<const FactChange> changes) const;

    // Null when there is no such row. Pointers live as long as this snapshot or a copy of it.
    [[nodiscard]] const User* user(const Uuid& id) const;
    [[nodiscard]] const Team* team(const Uuid& id) const;
    [[nodiscard]] const BusinessUnit* business_unit(const Uuid& id) const;
    [[nodiscard]] const Role* role(const Uuid& id) const;
    [[nodiscard]] const Profile* profile(const Uuid& id) const;
    [[nodiscard]] const Credential* credential(const Uuid& id) const;
    /// The same facts, asked at this time: shares that end by then are over. Of facts that were not asked at any time
    /// every share that ends is.
    [[nodiscard]] Facts at(Instant now) const;

    [[nodiscard]] Instant now() const { return now_; }

    /// As if no row were shared with anybody; columns still are.
    [[nodiscard]] Facts without_shares() const;

    /// Another number after every change of what is shared.
    [[nodiscard]] std::uint64_t share_changes() const;

    /// A copy of any row. Nothing when there is no such row.
    [[nodiscard]] std::optional<Fact> fact(schema::TableId table, const Uuid& id) const;

    /// The user that an identity stands for. Nothing when no user has it, and nothing when several
    /// have: an ambiguous identity is nobody's.
    [[nodiscard]] std::optional<Uuid> user_by_entra_object(const Uuid& object) const;
    [[nodiscard]] std::optional<Uuid> user_by_application(const Uuid& application) const;

    /// Neither the user nor a unit above him is disabled. False for an unknown user.
    [[nodiscard]] bool enabled(const Uuid& user) const;
    /// Issued under the user's present counter, not revoked, and the user is there. Expiry is for
    /// whoever has a clock.
    [[nodiscard]] bool valid(const Credential& credential) const;

    [[nodiscard]] std::vector<Uuid> teams_of(const Uuid& user) const;
    [[nodiscard]] std::vector<Uuid> members_of(const Uuid& team) const;
    [[nodiscard]] std::vector<Uuid> credentials_of(const Uuid& user) const;
    [[nodiscard]] std::vector<Uuid> credentials_made_by(const Uuid& maker) const;
    [[nodiscard]] std::vector<Uuid> roles_of_user(const Uuid& user) const;
    [[nodiscard]] std::vector<Uuid> roles_of_team(const Uuid& team) const;
    [[nodiscard]] std::vector<RolePrivilege> privileges_of(const Uuid& role) const;
    [[nodiscard]] const UnitTree& units() const;

    // One kind each, for walking all of them.
    using Users = FactTable<User, &User::entra_object, &User::application>;
    using Teams = FactTable<Team>;
    using BusinessUnits = FactTable<BusinessUnit>;
    using Roles = FactTable<Role>;
    using Profiles = FactTable<Profile>;
    using Organizations = FactTable<Organization>;
    using Memberships = FactTable<Membership, &Membership::user, &Membership::team>;
    using UserRoles = FactTable<UserRole, &UserRole::user, &UserRole::role>;
    using TeamRoles = FactTable<TeamRole, &TeamRole::team, &TeamRole::role>;
    using UserProfiles = FactTable<UserProfile, &UserProfile::user, &UserProfile::profile>;
    using TeamProfiles = FactTable<TeamProfile, &TeamProfile::team, &TeamProfile::profile>;
    using RolePrivileges = FactTable<RolePrivilege, &RolePrivilege::role>;
    using FieldPermissions = FactTable<FieldPermission, &FieldPermission::profile>;
    using Credentials = FactTable<Credential, &Credential::user, &Credential::maker>;
    using Shares = FactTable<Share, &Share::row, &Share::principal>;
    using ColumnShares = FactTable<ColumnShare, &ColumnShare::row, &ColumnShare::principal>;

    [[nodiscard]] const Users& users() const;
    [[nodiscard]] const Teams& teams() const;
    [[nodiscard]] const BusinessUnits& business_units() const;
    [[nodiscard]] const Memberships& memberships() const;
    [[nodiscard]] const UserRoles& user_roles() const;
    [[nodiscard]] const TeamRoles& team_roles() const;
    [[nodiscard]] const UserProfiles& user_profiles() const;
    [[nodiscard]] const TeamProfiles& team_profiles() const;
    [[nodiscard]] const RolePrivileges& role_privileges() const;
    [[nodiscard]] const FieldPermissions& field_permissions() const;
    [[nodiscard]] const Shares& shares() const;
    [[nodiscard]] const ColumnShares& column_shares() const;

    // For access itself.

    /// Null for an unknown user.
    [[nodiscard]] const Reach* reach(const Uuid& user) const;
    [[nodiscard]] const RoleBook& role_book() const;

 private:
    struct State;

    Facts(std::shared_ptr<const State> state, Instant now) : state_(std::move(state)), now_(now) {}

    std::shared_ptr<const State> state_;
    Instant now_ = Instant::max();
};

/// Collects rows for a first snapshot, in any order. The last row put under an id counts.
class FactsBuilder {
 public:
    FactsBuilder& put(const Uuid& id, Fact fact);
    [[nodiscard]] Facts build() const;

 private:
    std::vector<FactChange> changes_;
};

}  // namespace rookery::access
