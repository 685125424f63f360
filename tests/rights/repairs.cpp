#include "rights/repairs.hpp"

#include "schema/known_tables.hpp"
#include "sync/sync_principal.hpp"
#include "vault/genesis.hpp"

#include <algorithm>

namespace rookery::rights {
namespace {

using messages::Target;
using schema::Depth;
using test::TestVault;
namespace known = schema::known;

messages::Upsert change(
    const schema::Table& table, const Uuid& id, std::string_view column, messages::InputValue value
) {
    messages::Upsert out;
    out.target = {&table, id};
    out.preconditions.must_exist = true;
    out.input.cells.push_back(TestVault::cell(table.name, column, std::move(value)));
    return out;
}

messages::Associate pair(std::string_view association, const Uuid& first, const Uuid& second) {
    messages::Associate out;
    out.association = schema::association(association);
    out.parent = {schema::table(out.association->first), first};
    out.child = {schema::table(out.association->second), second};
    return out;
}

bool is_fixed(const Uuid& role) {
    return access::is_reserved_role(role) || role == messages::system_administrator_role;
}

}  // namespace

std::optional<messages::Message> Repairs::next() {
    static constexpr Made (Repairs::*all[])() = {
        &Repairs::enable_user,
        &Repairs::enable_user,
        &Repairs::enable_unit,
        &Repairs::give_role,
        &Repairs::give_role,
        &Repairs::give_role,
        &Repairs::give_profile,
        &Repairs::join_team,
        &Repairs::fill_role,
        &Repairs::fill_profile,
        &Repairs::bring_token,
        &Repairs::hand_over,
    };
    return (this->*draws_.of(all))();
}

Repairs::Made Repairs::enable_user() {
    std::vector<Uuid> off;
    for (const auto& [id, user] : world().users) {
        if (user.disabled || user.mode != 0) off.push_back(id);
    }
    if (off.empty()) return std::nullopt;
    const auto id = draws_.of(trial_.names().in_order(std::move(off)));
    if (of_the_vault(id)) return std::nullopt;
    auto message = change(known::systemuser, id, "isdisabled", false);
    message.input.cells.push_back(
        TestVault::cell(known::systemuser.name, "accessmode", std::int64_t{0})
    );
    return message;
}

Repairs::Made Repairs::enable_unit() {
    std::vector<Uuid> off;
    for (const auto& [id, unit] : world().units) {
        if (unit.disabled) off.push_back(id);
    }
    if (off.empty()) return std::nullopt;
    return change(
        known::businessunit, draws_.of(trial_.names().in_order(std::move(off))), "isdisabled", false
    );
}

Repairs::Made Repairs::give_role() {
    const auto role = draws_.of(scene_.roles());
    const auto user = rows_.row_of(known::systemuser);
    if (!user || of_the_vault(*user) || !world().roles.contains(role)) return std::nullopt;
    return pair("systemuserroles_association", *user, role);
}

Repairs::Made Repairs::give_profile() {
    const auto profile = draws_.of(scene_.profiles());
    const auto user = rows_.row_of(known::systemuser);
    if (!user || of_the_vault(*user) || !world().profiles.contains(profile)) return std::nullopt;
    return pair("systemuserprofiles_association", *user, profile);
}

Repairs::Made Repairs::join_team() {
    const auto team = rows_.row_of(known::team);
    const auto user = rows_.row_of(known::systemuser);
    if (!team || !user || of_the_vault(*user)) return std::nullopt;
    return pair("teammembership_association", *team, *user);
}

Repairs::Made Repairs::fill_role() {
    const auto role = rows_.row_of(known::role);
    if (!role || is_fixed(*role)) return std::nullopt;
    messages::AddPrivilegesRole message;
    message.role = {&known::role, *role};
    const auto& table = rows_.table();
    using enum Depth;
    constexpr Depth depths[] = {basic, local, deep, global, global};
    const auto depth = table.unit_column.empty() ? global : draws_.of(depths);
    for (const auto& right : schema::right_names) {
        if (!draws_.chance(70)) continue;
        message.privileges.push_back({&schema::privilege(table, right.right), depth});
    }
    if (draws_.chance(20)) message.privileges.push_back(rows_.grant());
    return message;
}

Repairs::Made Repairs::fill_profile() {
    messages::Create message;
    message.table = &known::fieldpermission;
    message.input = rows_.fresh(known::fieldpermission, rows_.new_id());
    return message;
}

Repairs::Made Repairs::bring_token() {
    const auto& sealed = draws_.of(Scene::sealed);
    const auto& table = *schema::table(sealed.table);
    const auto id = rows_.row_of(table);
    if (!id) return std::nullopt;
    return change(table, *id, sealed.column, SecretBytes::copy_of("a token of SYSTEM"));
}

Repairs::Made Repairs::hand_over() {
    const auto id = rows_.row_of(known::msdyn_octwitterhandlesecret);
    if (!id) return std::nullopt;
    return change(known::msdyn_octwitterhandlesecret, *id, "ownerid", rows_.owner());
}

}  // namespace rookery::rights
