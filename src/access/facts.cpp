#include "access/facts.hpp"

#include "access/reach.hpp"
#include "schema/known_tables.hpp"

#include <algorithm>
#include <atomic>
#include <bitset>
#include <map>
#include <type_traits>
#include <unordered_map>

namespace rookery::access {
namespace {

namespace known = schema::known;
using schema::Depth;

template <class T>
constexpr schema::TableId table_id() {
    if constexpr (std::is_same_v<T, User>) return known::systemuser.id;
    if constexpr (std::is_same_v<T, Team>) return known::team.id;
    if constexpr (std::is_same_v<T, BusinessUnit>) return known::businessunit.id;
    if constexpr (std::is_same_v<T, Role>) return known::role.id;
    if constexpr (std::is_same_v<T, Profile>) return known::fieldsecurityprofile.id;
    if constexpr (std::is_same_v<T, Organization>) return known::organization.id;
    if constexpr (std::is_same_v<T, Membership>) return known::teammembership.id;
    if constexpr (std::is_same_v<T, UserRole>) return known::systemuserroles.id;
    if constexpr (std::is_same_v<T, TeamRole>) return known::teamroles.id;
    if constexpr (std::is_same_v<T, UserProfile>) return known::systemuserprofiles.id;
    if constexpr (std::is_same_v<T, TeamProfile>) return known::teamprofiles.id;
    if constexpr (std::is_same_v<T, RolePrivilege>) return known::roleprivileges.id;
    if constexpr (std::is_same_v<T, FieldPermission>) return known::fieldpermission.id;
    if constexpr (std::is_same_v<T, Credential>) return known::rky_credential.id;
    return 0;
}

template <class... Kinds>
constexpr bool every_kind_is_an_access_fact(const std::variant<Kinds...>*) {
    std::size_t found = 0;
    std::size_t facts = 0;
    for (const auto* table : known::all) {
        if (!table->access_fact) continue;
        ++facts;
        found += ((table->id == table_id<Kinds>()) || ...) ? 1U : 0U;
    }
    return found == facts && facts == sizeof...(Kinds);
}

static_assert(
    every_kind_is_an_access_fact(static_cast<const Fact*>(nullptr)),
    "each access-fact table has one kind of Fact"
);
static_assert(privilege_slots >= known::served_count * schema::right_count + 16);

/// The roles' depths, by role.
using RoleBook = std::unordered_map<Uuid, RoleDepths>;

bool is_depth(Depth depth) {
    return depth == Depth::basic || depth == Depth::local || depth == Depth::deep ||
           depth == Depth::global;
}

RoleBook make_role_book(const Facts::RolePrivileges& rows) {
    RoleBook out;
    for (const auto& [id, row] : rows.rows()) {
        if (row.privilege == nullptr || !is_depth(row.depth)) continue;
        auto& depth = out[row.role][privilege_index(*row.privilege)];
        depth = std::max(depth, row.depth);
    }
    return out;
}

}  // namespace

schema::TableId table_of(const Fact& fact) {
    return std::visit(
        [](const auto& row) { return table_id<std::decay_t<decltype(row)>>(); }, fact
    );
}

struct Facts::State {
    std::shared_ptr<const Users> users = std::make_shared<Users>();
    std::shared_ptr<const Teams> teams = std::make_shared<Teams>();
    std::shared_ptr<const BusinessUnits> units = std::make_shared<BusinessUnits>();
    std::shared_ptr<const Roles> roles = std::make_shared<Roles>();
    std::shared_ptr<const Profiles> profiles = std::make_shared<Profiles>();
    std::shared_ptr<const Organizations> organizations = std::make_shared<Organizations>();
    std::shared_ptr<const Memberships> memberships = std::make_shared<Memberships>();
    std::shared_ptr<const UserRoles> user_roles = std::make_shared<UserRoles>();
    std::shared_ptr<const TeamRoles> team_roles = std::make_shared<TeamRoles>();
    std::shared_ptr<const UserProfiles> user_profiles = std::make_shared<UserProfiles>();
    std::shared_ptr<const TeamProfiles> team_profiles = std::make_shared<TeamProfiles>();
    std::shared_ptr<const RolePrivileges> role_privileges = std::make_shared<RolePrivileges>();
    std::shared_ptr<const FieldPermissions> permissions = std::make_shared<FieldPermissions>();
    std::shared_ptr<const Credentials> credentials = std::make_shared<Credentials>();
    // Derived from units and from role_privileges.
    std::shared_ptr<const UnitTree> tree = std::make_shared<UnitTree>();
    std::shared_ptr<const RoleBook> book = std::make_shared<RoleBook>();
    // One slot per user, filled at the first decision about him.
    mutable std::vector<std::atomic<const Reach*>> reaches;

    State() = default;
    State& operator=(const State&) = delete;

    /// Everything but the reaches, which any change may have made wrong.
    State(const State& other)
        : users(other.users),
          teams(other.teams),
          units(other.units),
          roles(other.roles),
          profiles(other.profiles),
          organizations(other.organizations),
          memberships(other.memberships),
          user_roles(other.user_roles),
          team_roles(other.team_roles),
          user_profiles(other.user_profiles),
          team_profiles(other.team_profiles),
          role_privileges(other.role_privileges),
          permissions(other.permissions),
          credentials(other.credentials),
          tree(other.tree),
          book(other.book) {}

    ~State() {
        for (auto& slot : reaches) delete slot.load(std::memory_order_relaxed);
    }

    /// Gives every change of T's table to `rows`; says whether there was one.
    template <class Rows>
    static bool apply(std::shared_ptr<const Rows>& rows, std::span<const FactChange> changes) {
        using T = typename Rows::Row;
        std::vector<std::pair<Uuid, const T*>> mine;
        for (const auto& change : changes) {
            if (change.table != table_id<T>()) continue;
            mine.emplace_back(change.id, change.after ? &std::get<T>(*change.after) : nullptr);
        }
        if (mine.empty()) return false;
        if (rows->rows().empty()) {
            // A first snapshot: sort once instead of inserting one by one.
            std::map<Uuid, const T*> last;
            for (const auto& [id, row] : mine) last[id] = row;
            std::vector<Stored<T>> loaded;
            loaded.reserve(last.size());
            for (const auto& [id, row] : last) {
                if (row != nullptr) loaded.push_back({id, *row});
            }
            rows = std::make_shared<Rows>(Rows::of(std::move(loaded)));
        } else {
            rows = std::make_shared<Rows>(rows->with(mine));
        }
        return true;
    }

    [[nodiscard]] Reach make_reach(const Uuid& id, const User& user) const;
    void add_assignments(Reach& reach, const Uuid& user, const User& row) const;
    void add_columns(Reach& reach, const Uuid& user) const;
};

void Facts::State::add_assignments(Reach& reach, const Uuid& user, const User& row) const {
    const auto add = [&](const Uuid& role, const Uuid& team, const Uuid& unit) {
        const auto* held = roles->find(role);
        const auto depths = book->find(role);
        if (held == nullptr || depths == book->end()) return;
        const bool own = team.is_nil() || held->inherited;
        reach.assignments.push_back({role, team, unit, tree->range(unit), own, &depths->second});
    };
    user_roles->each<&UserRole::user>(user, [&](const Uuid&, const UserRole& pair) {
        ++reach.role_count;
        add(pair.role, Uuid{}, row.business_unit);
    });
    for (const auto& team : reach.teams) {
        team_roles->each<&TeamRole::team>(team, [&](const Uuid&, const TeamRole& pair) {
            add(pair.role, team, teams->find(team)->business_unit);
        });
    }
    std::bitset<privilege_slots> held;
    for (const auto& assignment : reach.assignments) {
        for (std::size_t i = 0; i < privilege_slots; ++i) {
            if ((*assignment.depths)[i] != Depth::none) held.set(i);
        }
    }
    reach.privilege_count = held.count();
}

void Facts::State::add_columns(Reach& reach, const Uuid& user) const {
    const auto add_profile = [&](const Uuid& profile) {
        if (profiles->find(profile) == nullptr) return;
        const auto add = [&](const Uuid&, const FieldPermission& row) {
            const auto* table = schema::table(row.table);
            const auto* column = table == nullptr ? nullptr : table->column(row.column);
            if (column == nullptr || column->type != schema::Type::sealed) return;
            auto at = std::find_if(
                reach.columns.begin(),
                reach.columns.end(),
                [&](const ColumnReach& known_one) {
                    return known_one.table == row.table && known_one.column == row.column;
                }
            );
            if (at == reach.columns.end()) {
                at = reach.columns.insert(at, ColumnReach{row.table, row.column});
            }
            at->create = at->create || row.create;
            at->read = at->read || row.read;
            at->update = at->update || row.update;
            if (row.read) at->unmask = std::max(at->unmask, row.unmask);
        };
        permissions->each<&FieldPermission::profile>(profile, add);
    };
    user_profiles->each<&UserProfile::user>(user, [&](const Uuid&, const UserProfile& pair) {
        add_profile(pair.profile);
    });
    for (const auto& team : reach.teams) {
        team_profiles->each<&TeamProfile::team>(team, [&](const Uuid&, const TeamProfile& pair) {
            add_profile(pair.profile);
        });
    }
    std::sort(reach.columns.begin(), reach.columns.end(), [](const auto& a, const auto& b) {
        return std::pair{a.table, a.column} < std::pair{b.table, b.column};
    });
}

Reach Facts::State::make_reach(const Uuid& id, const User& user) const {
    Reach out;
    out.enabled = !user.disabled && tree->active(user.business_unit);
    out.mode = user.mode;
    memberships->each<&Membership::user>(id, [&](const Uuid&, const Membership& pair) {
        const auto* team = teams->find(pair.team);
        // A team of a disabled unit is out of work like its unit's users.
        if (team == nullptr || !team->can_own() || !tree->active(team->business_unit)) return;
        out.teams.push_back(pair.team);
    });
    std::sort(out.teams.begin(), out.teams.end());
    out.teams.erase(std::unique(out.teams.begin(), out.teams.end()), out.teams.end());
    add_assignments(out, id, user);
    add_columns(out, id);
    return out;
}

Facts::Facts() : state_(std::make_shared<State>()) {}

Facts Facts::with(std::span<const FactChange> changes) const {
    auto next = std::make_shared<State>(*state_);
    State::apply(next->users, changes);
    State::apply(next->teams, changes);
    State::apply(next->roles, changes);
    State::apply(next->profiles, changes);
    State::apply(next->organizations, changes);
    State::apply(next->memberships, changes);
    State::apply(next->user_roles, changes);
    State::apply(next->team_roles, changes);
    State::apply(next->user_profiles, changes);
    State::apply(next->team_profiles, changes);
    State::apply(next->permissions, changes);
    State::apply(next->credentials, changes);
    if (State::apply(next->units, changes)) {
        next->tree = std::make_shared<UnitTree>(next->units->rows());
    }
    if (State::apply(next->role_privileges, changes)) {
        next->book = std::make_shared<RoleBook>(make_role_book(*next->role_privileges));
    }
    next->reaches = std::vector<std::atomic<const Reach*>>(next->users->rows().size());
    return Facts{std::move(next)};
}

const Reach* Facts::reach(const Uuid& user) const {
    const auto at = state_->users->position(user);
    if (at == state_->users->rows().size()) return nullptr;
    auto& slot = state_->reaches[at];
    const auto* known_one = slot.load(std::memory_order_acquire);
    if (known_one != nullptr) return known_one;
    auto made =
        std::make_unique<const Reach>(state_->make_reach(user, state_->users->rows()[at].row));
    // Two threads may have computed the same; the first to publish wins.
    if (slot.compare_exchange_strong(
            known_one, made.get(), std::memory_order_acq_rel, std::memory_order_acquire
        )) {
        return made.release();
    }
    return known_one;
}

const User* Facts::user(const Uuid& id) const {
    return state_->users->find(id);
}

const Team* Facts::team(const Uuid& id) const {
    return state_->teams->find(id);
}

const BusinessUnit* Facts::business_unit(const Uuid& id) const {
    return state_->units->find(id);
}

const Role* Facts::role(const Uuid& id) const {
    return state_->roles->find(id);
}

const Profile* Facts::profile(const Uuid& id) const {
    return state_->profiles->find(id);
}

const Credential* Facts::credential(const Uuid& id) const {
    return state_->credentials->find(id);
}

std::optional<Uuid> Facts::user_by_entra_object(const Uuid& object) const {
    const auto* found = state_->users->only<&User::entra_object>(object);
    return found == nullptr ? std::nullopt : std::optional{found->id};
}

std::optional<Uuid> Facts::user_by_application(const Uuid& application) const {
    const auto* found = state_->users->only<&User::application>(application);
    return found == nullptr ? std::nullopt : std::optional{found->id};
}

bool Facts::enabled(const Uuid& user) const {
    const auto* row = state_->users->find(user);
    return row != nullptr && !row->disabled && state_->tree->active(row->business_unit);
}

bool Facts::valid(const Credential& credential) const {
    const auto* row = state_->users->find(credential.user);
    return row != nullptr && !credential.revoked && credential.counter == row->credential_counter;
}

std::vector<Uuid> Facts::teams_of(const Uuid& user) const {
    std::vector<Uuid> out;
    state_->memberships->each<&Membership::user>(user, [&](const Uuid&, const Membership& pair) {
        out.push_back(pair.team);
    });
    return out;
}

std::vector<Uuid> Facts::members_of(const Uuid& team) const {
    std::vector<Uuid> out;
    state_->memberships->each<&Membership::team>(team, [&](const Uuid&, const Membership& pair) {
        out.push_back(pair.user);
    });
    return out;
}

std::vector<Uuid> Facts::credentials_of(const Uuid& user) const {
    std::vector<Uuid> out;
    state_->credentials->each<&Credential::user>(user, [&](const Uuid& id, const Credential&) {
        out.push_back(id);
    });
    return out;
}

std::vector<Uuid> Facts::credentials_made_by(const Uuid& maker) const {
    std::vector<Uuid> out;
    state_->credentials->each<&Credential::maker>(maker, [&](const Uuid& id, const Credential&) {
        out.push_back(id);
    });
    return out;
}

std::vector<Uuid> Facts::roles_of_user(const Uuid& user) const {
    std::vector<Uuid> out;
    state_->user_roles->each<&UserRole::user>(user, [&](const Uuid&, const UserRole& pair) {
        out.push_back(pair.role);
    });
    return out;
}

std::vector<Uuid> Facts::roles_of_team(const Uuid& team) const {
    std::vector<Uuid> out;
    state_->team_roles->each<&TeamRole::team>(team, [&](const Uuid&, const TeamRole& pair) {
        out.push_back(pair.role);
    });
    return out;
}

std::vector<RolePrivilege> Facts::privileges_of(const Uuid& role) const {
    std::vector<RolePrivilege> out;
    state_->role_privileges->each<&RolePrivilege::role>(
        role, [&](const Uuid&, const RolePrivilege& row) { out.push_back(row); }
    );
    return out;
}

const UnitTree& Facts::units() const {
    return *state_->tree;
}

const Facts::Users& Facts::users() const {
    return *state_->users;
}

const Facts::Teams& Facts::teams() const {
    return *state_->teams;
}

const Facts::BusinessUnits& Facts::business_units() const {
    return *state_->units;
}

const Facts::Memberships& Facts::memberships() const {
    return *state_->memberships;
}

const Facts::UserRoles& Facts::user_roles() const {
    return *state_->user_roles;
}

const Facts::TeamRoles& Facts::team_roles() const {
    return *state_->team_roles;
}

const Facts::UserProfiles& Facts::user_profiles() const {
    return *state_->user_profiles;
}

const Facts::TeamProfiles& Facts::team_profiles() const {
    return *state_->team_profiles;
}

const Facts::RolePrivileges& Facts::role_privileges() const {
    return *state_->role_privileges;
}

const Facts::FieldPermissions& Facts::field_permissions() const {
    return *state_->permissions;
}

const Facts::Credentials& Facts::credentials() const {
    return *state_->credentials;
}

FactsBuilder& FactsBuilder::put(const Uuid& id, Fact fact) {
    const auto table = table_of(fact);
    changes_.push_back({table, id, std::move(fact)});
    return *this;
}

Facts FactsBuilder::build() const {
    return Facts{}.with(changes_);
}

}  // namespace rookery::access
