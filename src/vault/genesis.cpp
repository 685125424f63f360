#include "vault/genesis.hpp"

#include "messages/pair_id.hpp"
#include "messages/who_am_i.hpp"
#include "pipeline/logged_values.hpp"
#include "pipeline/plan_builder.hpp"
#include "vault/anchor_entries.hpp"
#include "vault/vault_parts.hpp"

namespace rookery::messages {
namespace {

using storage::Row;
using storage::RowRef;

Row new_row(std::string_view table, const Uuid& id) {
    Row row;
    row.table = schema::table(table);
    row.id = id;
    row.row_version = 1;
    for (const auto& column : row.table->columns) {
        if (!column.has_initial) continue;
        if (column.type == schema::Type::boolean) {
            row.set(column.id, column.initial != 0);
        } else {
            row.set(column.id, column.initial);
        }
    }
    return row;
}

RowRef ref(std::string_view table, const Uuid& id) { return {schema::table(table)->id, id}; }

Row pair(
    std::string_view intersect, std::string_view first_column, const RowRef& first,
    std::string_view second_column, const RowRef& second
) {
    auto row = new_row(intersect, pair_id(*schema::table(intersect), first.id, second.id));
    row.set(first_column, first);
    row.set(second_column, second);
    return row;
}

/// What System Administrator lacks: handing on the way to plaintext.
bool reaches_plaintext(const schema::Privilege& privilege) {
    return privilege.name == schema::prv_grant_unmask;
}

/// Plans the row, with an entry of its own like every other: the log tells of every row there is.
void put(PlanBuilder& builder, const Row& row) {
    const auto write = builder.write(nullptr, row);
    auto event = builder.event(audit::Action::create, audit::Outcome::success);
    event.message = "Create";  // genesis itself has no message
    builder.about(event, row);
    builder.note_versions(event, nullptr, write);
    add_logged_values(event, nullptr, &row);
    builder.record(event);
}

void write_role(
    PlanBuilder& builder, const Uuid& id, std::string_view name, const RowRef& unit, bool complete
) {
    auto role = new_row("role", id);
    role.set("name", std::string(name));
    role.set("businessunitid", unit);
    put(builder, role);
    for (const auto& privilege : schema::privileges()) {
        if (!complete && reaches_plaintext(privilege)) continue;
        auto row = pair(
            "roleprivileges",
            "roleid",
            role.ref(),
            "privilegeid",
            ref("privilege", schema::privilege_id(privilege))
        );
        row.set("privilegedepthmask", std::int64_t{8});
        put(builder, row);
    }
}

}  // namespace

ledger::Pending genesis(
    const Vault& vault, const View& empty, const Uuid& organization, const Uuid& root_business_unit,
    const std::string& organization_name
) {
    const auto& services = vault.parts().services;
    const auto system = vault.system();
    const auto message = WhoAmI{}.facts();  // names no row; genesis is its own event
    RequestInfo info;
    info.correlation = Uuid::random(services.random);
    WorkBudget work;
    PlanBuilder builder(services, empty, system, message, info, work);

    auto org = new_row("organization", organization);
    org.set("name", organization_name);
    set_anchored(org, {std::chrono::floor<std::chrono::seconds>(builder.now), {}});
    put(builder, org);

    auto unit = new_row("businessunit", root_business_unit);
    unit.set("name", organization_name);
    put(builder, unit);

    auto user = new_row("systemuser", system_user);
    user.set("fullname", std::string("SYSTEM"));
    user.set("domainname", std::string("SYSTEM"));
    user.set("businessunitid", unit.ref());
    put(builder, user);

    write_role(builder, system_administrator_role, system_administrator_name, unit.ref(), false);
    write_role(builder, system_role, system_role_name, unit.ref(), true);
    put(builder,
        pair("systemuserroles", "systemuserid", user.ref(), "roleid", ref("role", system_role)));
    return std::move(builder).success(NoContent{});
}

}  // namespace rookery::messages
