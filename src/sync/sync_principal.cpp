#include "sync/sync_principal.hpp"

#include "pipeline/reply.hpp"
#include "schema/known_tables.hpp"
#include "vault/vault.hpp"

#include <algorithm>

namespace rookery::messages {
namespace {

constexpr auto depth = schema::Depth::global;
constexpr std::int64_t non_interactive = 4;

/// What the worker does: it reads what it pushes and whom it names, and completes pushes.
std::vector<RolePrivilege> privileges_needed() {
    using schema::Right;
    std::vector<RolePrivilege> out;
    for (const auto* table : schema::tables()) {
        const bool named = table == &schema::known::systemuser || table == &schema::known::team;
        if (table->synced || named) out.push_back({&schema::privilege(*table, Right::read), depth});
    }
    for (const auto right : {Right::create, Right::read, Right::write}) {
        out.push_back({&schema::privilege(schema::known::syncerror, right), depth});
    }
    out.push_back({schema::privilege(schema::prv_sync), depth});
    return out;
}

class Principal {
 public:
    explicit Principal(Vault& vault) : vault_(vault) {}

    Result<void> ensure() {
        ROOKERY_CHECK(check_holders());
        if (facts().role(sync_role) == nullptr) ROOKERY_CHECK(make_role());
        if (!role_is_right()) ROOKERY_CHECK(fill_role());
        if (facts().user(sync_user) == nullptr) ROOKERY_CHECK(make_user());
        if (!has_role()) ROOKERY_CHECK(give_role());
        return check_columns();
    }

 private:
    // As of the newest commit, and only until the next call.
    [[nodiscard]] const access::Facts& facts() {
        view_.emplace(vault_.view());
        return view_->facts();
    }

    Result<void> run(const Message& message) {
        ROOKERY_TRY(auto receipt, vault_.run(vault_.system(), message));
        ROOKERY_CHECK(take_reply(std::move(receipt)));
        return {};
    }

    [[nodiscard]] static InputCell cell(
        const schema::Table& table, std::string_view column, InputValue value
    ) {
        return {table.column(column), std::move(value)};
    }

    [[nodiscard]] InputCell in_root_unit(const schema::Table& table) const {
        return cell(
            table,
            "businessunitid",
            Target{&schema::known::businessunit, vault_.root_business_unit()}
        );
    }

    /// SYSTEM may put anything into a role: so nobody else may hold the one it fills here.
    Result<void> check_holders() {
        const auto& now = facts();
        bool others = false;
        now.user_roles().each<&access::UserRole::role>(
            sync_role,
            [&](const Uuid&, const access::UserRole& held) {
                others = others || held.user != sync_user;
            }
        );
        now.team_roles().each<&access::TeamRole::role>(
            sync_role, [&](const Uuid&, const access::TeamRole&) { others = true; }
        );
        if (!others) return {};
        return fail(
            Errc::access_denied,
            "somebody else holds the role of the user '" + std::string(sync_name) + "'",
            "take it away: every user but that one, and every team"
        );
    }

    Result<void> make_role() {
        const auto& table = schema::known::role;
        Create message;
        message.table = &table;
        message.input.cells.push_back(cell(table, "roleid", sync_role));
        message.input.cells.push_back(cell(table, "name", std::string(sync_name)));
        message.input.cells.push_back(in_root_unit(table));
        return run(std::move(message));
    }

    [[nodiscard]] bool role_is_right() {
        const auto held = facts().privileges_of(sync_role);
        const auto needed = privileges_needed();
        return held.size() == needed.size() &&
               std::ranges::all_of(needed, [&](const RolePrivilege& wanted) {
                   return std::ranges::any_of(held, [&](const access::RolePrivilege& has) {
                       return has.privilege == wanted.privilege && has.depth == wanted.depth;
                   });
               });
    }

    Result<void> fill_role() {
        AddPrivilegesRole message;
        message.role = {&schema::known::role, sync_role};
        message.privileges = privileges_needed();
        message.replace = true;
        return run(std::move(message));
    }

    Result<void> make_user() {
        const auto& table = schema::known::systemuser;
        Create message;
        message.table = &table;
        message.input.cells.push_back(cell(table, "systemuserid", sync_user));
        message.input.cells.push_back(cell(table, "lastname", std::string(sync_name)));
        message.input.cells.push_back(cell(table, "domainname", std::string(sync_name)));
        message.input.cells.push_back(cell(table, "accessmode", non_interactive));
        message.input.cells.push_back(in_root_unit(table));
        auto made = run(std::move(message));
        if (!made && made.error().code == Errc::duplicate_key) {
            return fail(
                Errc::duplicate_key,
                "another user has the domain name '" + std::string(sync_name) + "'",
                "give him another one: the sync's own user is called so"
            );
        }
        return made;
    }

    [[nodiscard]] bool has_role() {
        const auto roles = facts().roles_of_user(sync_user);
        return std::ranges::find(roles, sync_role) != roles.end();
    }

    Result<void> give_role() {
        Associate message;
        message.association = schema::association("systemuserroles_association");
        message.parent = {&schema::known::systemuser, sync_user};
        message.child = {&schema::known::role, sync_role};
        return run(std::move(message));
    }

    /// Whoever gave it a column permission wanted something that the sync must never do.
    Result<void> check_columns() {
        const auto& now = facts();
        bool holds = false;
        now.user_profiles().each<&access::UserProfile::user>(
            sync_user, [&](const Uuid&, const access::UserProfile&) { holds = true; }
        );
        for (const auto& team : now.teams_of(sync_user)) {
            now.team_profiles().each<&access::TeamProfile::team>(
                team, [&](const Uuid&, const access::TeamProfile&) { holds = true; }
            );
        }
        if (!holds) return {};
        return fail(
            Errc::access_denied,
            "the user '" + std::string(sync_name) + "' has a column security profile",
            "take it away: what is synced never needs one"
        );
    }

    Vault& vault_;
    std::optional<View> view_;
};

}  // namespace

Result<access::Caller> ensure_sync_principal(Vault& vault) {
    ROOKERY_CHECK(Principal(vault).ensure());
    access::Caller caller;
    caller.user = sync_user;
    caller.method = AuthMethod::internal;
    return caller;
}

}  // namespace rookery::messages
