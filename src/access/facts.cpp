#include "access/facts.hpp"

#include "access/reach.hpp"
#include "access/reach_cache.hpp"
#include "access/role_book.hpp"
#include "access/touched.hpp"
#include "schema/known_tables.hpp"

#include <atomic>
#include <type_traits>

namespace rookery::access {
namespace {

namespace known = schema::known;

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
    if constexpr (std::is_same_v<T, Share>) return known::principalobjectaccess.id;
    if constexpr (std::is_same_v<T, ColumnShare>) return known::principalobjectattributeaccess.id;
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

}  // namespace

schema::TableId table_of(const Fact& fact) {
    return std::visit(
        [](const auto& row) { return table_id<std::decay_t<decltype(row)>>(); }, fact
    );
}

struct Facts::State {
    template <class Table>
    using Kind = std::shared_ptr<const Table>;

    Kind<Users> users = std::make_shared<Users>();
    Kind<Teams> teams = std::make_shared<Teams>();
    Kind<BusinessUnits> units = std::make_shared<BusinessUnits>();
    Kind<Roles> roles = std::make_shared<Roles>();
    Kind<Profiles> profiles = std::make_shared<Profiles>();
    Kind<Organizations> organizations = std::make_shared<Organizations>();
    Kind<Memberships> memberships = std::make_shared<Memberships>();
    Kind<UserRoles> user_roles = std::make_shared<UserRoles>();
    Kind<TeamRoles> team_roles = std::make_shared<TeamRoles>();
    Kind<UserProfiles> user_profiles = std::make_shared<UserProfiles>();
    Kind<TeamProfiles> team_profiles = std::make_shared<TeamProfiles>();
    Kind<RolePrivileges> role_privileges = std::make_shared<RolePrivileges>();
    Kind<FieldPermissions> permissions = std::make_shared<FieldPermissions>();
    Kind<Credentials> credentials = std::make_shared<Credentials>();
    Kind<Shares> shares = std::make_shared<Shares>();
    Kind<ColumnShares> column_shares = std::make_shared<ColumnShares>();
    std::uint64_t share_changes = 0;
    // Derived from units, from role_privileges, and from everything but shares.
    std::shared_ptr<const UnitTree> tree = std::make_shared<UnitTree>();
    std::shared_ptr<const RoleBook> book = std::make_shared<RoleBook>();
    std::shared_ptr<const ReachCache> reaches = std::make_shared<ReachCache>();

    /// Calls `use` with each kind of rows, which it may replace if `self` is not const.
    template <class Self, class Use>
    static void each_kind(Self& self, Use&& use) {
        use(self.users);
        use(self.teams);
        use(self.units);
        use(self.roles);
        use(self.profiles);
        use(self.organizations);
        use(self.memberships);
        use(self.user_roles);
        use(self.team_roles);
        use(self.user_profiles);
        use(self.team_profiles);
        use(self.role_privileges);
        use(self.permissions);
        use(self.credentials);
        use(self.shares);
        use(self.column_shares);
    }
};

namespace {

/// Gives every change of this kind to `rows`, which stay the same when there is none.
template <class Table>
void apply(std::shared_ptr<const Table>& rows, std::span<const FactChange> changes) {
    using T = typename Table::Row;
    std::vector<std::pair<Uuid, const T*>> mine;
    for (const auto& change : changes) {
        if (change.table != table_id<T>()) continue;
        mine.emplace_back(change.id, change.after ? &std::get<T>(*change.after) : nullptr);
    }
    if (!mine.empty()) rows = std::make_shared<const Table>(rows->with(mine));
}

/// One number for one state alone: of two changes that were made of one state neither passes for the other.
std::uint64_t next_share_change() {
    static std::atomic<std::uint64_t> last{0};
    return ++last;
}

}  // namespace

Facts::Facts() : state_(std::make_shared<State>()) {}

Facts Facts::with(std::span<const FactChange> changes) const {
    const auto& was = *state_;
    auto next = std::make_shared<State>(was);
    State::each_kind(*next, [&](auto& rows) { apply(rows, changes); });
    if (next->units != was.units) next->tree = std::make_shared<UnitTree>(next->units->rows());
    if (next->role_privileges != was.role_privileges) {
        next->book = std::make_shared<const RoleBook>(
            was.book->with(changes, *was.role_privileges, *next->role_privileges)
        );
    }
    const bool shared = next->shares != was.shares || next->column_shares != was.column_shares;
    if (shared) next->share_changes = next_share_change();
    Facts after{next, now_};
    const bool first = was.users->rows().empty();
    const auto touched = first ? std::nullopt : touched_users(*this, after, changes);
    next->reaches = std::make_shared<const ReachCache>(
        touched ? was.reaches->with(*touched, *next->users) : ReachCache::of(*next->users)
    );
    return after;
}

Facts Facts::at(Instant now) const { return {state_, now}; }

Facts Facts::without_shares() const {
    auto next = std::make_shared<State>(*state_);
    next->shares = std::make_shared<Shares>();
    return {std::move(next), now_};
}

std::uint64_t Facts::share_changes() const { return state_->share_changes; }

const Reach* Facts::reach(const Uuid& user) const { return state_->reaches->get(user, *this); }

std::optional<Fact> Facts::fact(schema::TableId table, const Uuid& id) const {
    std::optional<Fact> out;
    State::each_kind(*state_, [&]<class Table>(const std::shared_ptr<const Table>& rows) {
        if (table != table_id<typename Table::Row>()) return;
        if (const auto* row = rows->find(id); row != nullptr) out = *row;
    });
    return out;
}

const User* Facts::user(const Uuid& id) const { return state_->users->find(id); }

const Team* Facts::team(const Uuid& id) const { return state_->teams->find(id); }

const BusinessUnit* Facts::business_unit(const Uuid& id) const { return state_->units->find(id); }

const Role* Facts::role(const Uuid& id) const { return state_->roles->find(id); }

const Profile* Facts::profile(const Uuid& id) const { return state_->profiles->find(id); }

const Credential* Facts::credential(const Uuid& id) const { return state_->credentials->find(id); }

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

const UnitTree& Facts::units() const { return *state_->tree; }

const Facts::Users& Facts::users() const { return *state_->users; }

const Facts::Teams& Facts::teams() const { return *state_->teams; }

const Facts::BusinessUnits& Facts::business_units() const { return *state_->units; }

const Facts::Memberships& Facts::memberships() const { return *state_->memberships; }

const Facts::UserRoles& Facts::user_roles() const { return *state_->user_roles; }

const Facts::TeamRoles& Facts::team_roles() const { return *state_->team_roles; }

const Facts::UserProfiles& Facts::user_profiles() const { return *state_->user_profiles; }

const Facts::TeamProfiles& Facts::team_profiles() const { return *state_->team_profiles; }

const Facts::RolePrivileges& Facts::role_privileges() const { return *state_->role_privileges; }

const Facts::FieldPermissions& Facts::field_permissions() const { return *state_->permissions; }

const Facts::Shares& Facts::shares() const { return *state_->shares; }

const Facts::ColumnShares& Facts::column_shares() const { return *state_->column_shares; }

const RoleBook& Facts::role_book() const { return *state_->book; }

FactsBuilder& FactsBuilder::put(const Uuid& id, Fact fact) {
    const auto table = table_of(fact);
    changes_.push_back({table, id, std::move(fact)});
    return *this;
}

Facts FactsBuilder::build() const { return Facts{}.with(changes_); }

}  // namespace rookery::access
