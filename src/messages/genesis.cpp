#include "messages/genesis.hpp"

#include "messages/logged_values.hpp"
#include "messages/pair_id.hpp"
#include "messages/planning.hpp"

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
void put(Planning& planning, const Row& row) {
    const auto write = planning.write(nullptr, row);
    auto event = planning.event(audit::Action::create, audit::Outcome::success);
    event.message = "Create";  // genesis itself has no message
    planning.about(event, row);
    planning.note_versions(event, nullptr, write);
    add_logged_values(event, nullptr, &row);
    planning.record(event);
}

void write_role(
    Planning& planning, const Uuid& id, std::string_view name, const RowRef& unit, bool complete
) {
    auto role = new_row("role", id);
    role.set("name", std::string(name));
    role.set("businessunitid", unit);
    put(planning, role);
    for (const auto& privilege : schema::privileges()) {
        if (!complete && reaches_plaintext(privilege)) continue;
        auto row = pair(
            "roleprivileges", "roleid", role.ref(), "privilegeid",
            ref("privilege", schema::privilege_id(privilege))
        );
        row.set("privilegedepthmask", std::int64_t{8});
        put(planning, row);
    }
}

}  // namespace

ledger::Pending genesis(
    const Vault& vault, const View& empty, const Uuid& organization, const Uuid& root_business_unit,
    const std::string& organization_name
) {
    const auto& parts = vault.parts();
    const auto system = vault.system();
    const Message message = WhoAmI{};  // names no row; genesis is its own event
    RequestInfo info;
    info.correlation = Uuid::random(parts.random);
    Work work;
    Planning planning(parts, empty, system, message, info, work);

    auto org = new_row("organization", organization);
    org.set("name", organization_name);
    put(planning, org);

    auto unit = new_row("businessunit", root_business_unit);
    unit.set("name", organization_name);
    put(planning, unit);

    auto user = new_row("systemuser", system_user);
    user.set("fullname", std::string("SYSTEM"));
    user.set("domainname", std::string("SYSTEM"));
    user.set("businessunitid", unit.ref());
    put(planning, user);

    write_role(planning, system_administrator_role, system_administrator_name, unit.ref(), false);
    write_role(planning, system_role, system_role_name, unit.ref(), true);
    put(
        planning,
        pair("systemuserroles", "systemuserid", user.ref(), "roleid", ref("role", system_role))
    );
    return std::move(planning).success(NoContent{});
}

}  // namespace rookery::messages
