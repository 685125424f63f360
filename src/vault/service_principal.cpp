#include "vault/service_principal.hpp"

#include "access/built_in.hpp"
#include "pipeline/reply.hpp"
#include "rules/built_in_rows.hpp"
#include "schema/known_tables.hpp"
#include "vault/vault.hpp"

#include <algorithm>
#include <optional>

namespace rookery::messages {
namespace {

constexpr std::int64_t non_interactive = 4;

Result<void> run_as_system(Vault& vault, const Message& message) {
    ROOKERY_TRY(auto receipt, vault.run(vault.system(), message));
    ROOKERY_CHECK(take_reply(std::move(receipt)));
    return {};
}

class Principal {
 public:
    Principal(Vault& vault, const ServicePrincipal& wanted) : vault_(vault), wanted_(wanted) {}

    Result<void> ensure() {
        ROOKERY_CHECK(check_holders());
        if (facts().role(wanted_.role) == nullptr) ROOKERY_CHECK(make_role());
        if (!role_is_right()) ROOKERY_CHECK(fill_role());
        if (facts().user(wanted_.user) == nullptr) ROOKERY_CHECK(make_user());
        if (!has_role()) ROOKERY_CHECK(give_role());
        return check_columns();
    }

 private:
    // As of the newest commit, and only until the next call.
    [[nodiscard]] const access::Facts& facts() {
        view_.emplace(vault_.view());
        return view_->facts();
    }

    Result<void> run(const Message& message) { return run_as_system(vault_, message); }

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
            wanted_.role,
            [&](const Uuid&, const access::UserRole& held) {
                others = others || held.user != wanted_.user;
            }
        );
        now.team_roles().each<&access::TeamRole::role>(
            wanted_.role, [&](const Uuid&, const access::TeamRole&) { others = true; }
        );
        if (!others) return {};
        return fail(
            Errc::access_denied,
            "somebody else holds the role of the user '" + std::string(wanted_.name) + "'",
            "take it away: every user but that one, and every team"
        );
    }

    Result<void> make_role() {
        const auto& table = schema::known::role;
        Create message;
        message.table = &table;
        message.input.cells.push_back(cell(table, "roleid", wanted_.role));
        message.input.cells.push_back(cell(table, "name", std::string(wanted_.name)));
        message.input.cells.push_back(in_root_unit(table));
        return run(std::move(message));
    }

    [[nodiscard]] bool role_is_right() {
        const auto held = facts().privileges_of(wanted_.role);
        const auto& needed = wanted_.privileges;
        return held.size() == needed.size() &&
               std::ranges::all_of(needed, [&](const RolePrivilege& wanted) {
                   return std::ranges::any_of(held, [&](const access::RolePrivilege& has) {
                       return has.privilege == wanted.privilege && has.depth == wanted.depth;
                   });
               });
    }

    Result<void> fill_role() {
        AddPrivilegesRole message;
        message.role = {&schema::known::role, wanted_.role};
        message.privileges = wanted_.privileges;
        message.replace = true;
        return run(std::move(message));
    }

    Result<void> make_user() {
        const auto& table = schema::known::systemuser;
        Create message;
        message.table = &table;
        message.input.cells.push_back(cell(table, "systemuserid", wanted_.user));
        message.input.cells.push_back(cell(table, "lastname", std::string(wanted_.name)));
        message.input.cells.push_back(cell(table, "domainname", std::string(wanted_.name)));
        message.input.cells.push_back(cell(table, "accessmode", non_interactive));
        message.input.cells.push_back(in_root_unit(table));
        auto made = run(std::move(message));
        if (!made && made.error().code == Errc::duplicate_key) {
            return fail(
                Errc::duplicate_key,
                "another user has the domain name '" + std::string(wanted_.name) + "'",
                "give him another one: the user of " + std::string(wanted_.who) + " is called so"
            );
        }
        return made;
    }

    [[nodiscard]] bool has_role() {
        const auto roles = facts().roles_of_user(wanted_.user);
        return std::ranges::find(roles, wanted_.role) != roles.end();
    }

    Result<void> give_role() {
        Associate message;
        message.association = schema::association("systemuserroles_association");
        message.parent = {&schema::known::systemuser, wanted_.user};
        message.child = {&schema::known::role, wanted_.role};
        return run(std::move(message));
    }

    /// Whoever gave it a column permission wanted something that the sync must never do.
    Result<void> check_columns() {
        const auto& now = facts();
        bool holds = false;
        now.user_profiles().each<&access::UserProfile::user>(
            wanted_.user, [&](const Uuid&, const access::UserProfile&) { holds = true; }
        );
        for (const auto& team : now.teams_of(wanted_.user)) {
            now.team_profiles().each<&access::TeamProfile::team>(
                team, [&](const Uuid&, const access::TeamProfile&) { holds = true; }
            );
        }
        if (!holds) return {};
        return fail(
            Errc::access_denied,
            "the user '" + std::string(wanted_.name) + "' has a column security profile",
            "take it away: " + std::string(wanted_.no_need)
        );
    }

    Vault& vault_;
    const ServicePrincipal& wanted_;
    std::optional<View> view_;
};

/// Those that the role has not, at the depth of everything.
std::vector<RolePrivilege> missing_of(
    const access::Facts& facts, const Uuid& role, std::string_view without
) {
    const auto held = facts.privileges_of(role);
    std::vector<RolePrivilege> out;
    for (const auto& privilege : schema::privileges()) {
        if (privilege.name == without) continue;
        const bool has = std::ranges::any_of(held, [&](const access::RolePrivilege& one) {
            return one.privilege == &privilege;
        });
        if (!has) out.push_back({&privilege, schema::Depth::global});
    }
    return out;
}

}  // namespace

Result<access::Caller> ensure_service_principal(Vault& vault, const ServicePrincipal& wanted) {
    ROOKERY_CHECK(Principal(vault, wanted).ensure());
    access::Caller caller;
    caller.user = wanted.user;
    caller.method = AuthMethod::internal;
    return caller;
}

Result<void> complete_built_in_roles(Vault& vault) {
    struct Role {
        Uuid id;
        std::string_view without;
    };

    // What the first rows of a vault are made with (vault/genesis.cpp).
    const Role roles[] = {
        {access::system_role, {}}, {access::system_administrator_role, schema::prv_grant_unmask}};
    for (const auto& role : roles) {
        const auto view = vault.view();
        AddPrivilegesRole message;
        message.role = {&schema::known::role, role.id};
        message.privileges = missing_of(view.facts(), role.id, role.without);
        if (message.privileges.empty()) continue;
        ROOKERY_CHECK(run_as_system(vault, message));
    }
    return {};
}

}  // namespace rookery::messages
