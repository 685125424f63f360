#include "pipeline/privilege_rows.hpp"

#include "schema/known_tables.hpp"

#include <string>

namespace rookery::messages {
namespace {

std::shared_ptr<const storage::Row> row_of_privilege(const schema::Privilege& privilege) {
    const auto* table = privilege.table;
    const bool has_unit = table != nullptr && !table->unit_column.empty();
    storage::Row out;
    out.table = &schema::known::privilege;
    out.id = schema::privilege_id(privilege);
    out.row_version = 1;
    out.versionnumber = 1;
    out.set("name", std::string(privilege.name));
    out.set(
        "accessright",
        table == nullptr ? std::int64_t{0}
                         : std::int64_t{schema::name_of(privilege.right).access_bit}
    );
    out.set("canbebasic", table != nullptr && table->ownership == schema::Ownership::user);
    out.set("canbelocal", has_unit);
    out.set("canbedeep", has_unit);
    out.set("canbeglobal", true);
    out.set("canbeentityreference", false);
    out.set("canbeparententityreference", false);
    return std::make_shared<const storage::Row>(std::move(out));
}

}  // namespace

MadeRows privilege_rows() {
    MadeRows out;
    for (const auto& privilege : schema::privileges()) out.push_back(row_of_privilege(privilege));
    return out;
}

}  // namespace rookery::messages
