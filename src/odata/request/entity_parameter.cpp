#include "odata/request/entity_parameter.hpp"

#include "odata/request/body_parameters.hpp"
#include "odata/request/row_body.hpp"
#include "schema/known_tables.hpp"

#include <algorithm>
#include <utility>

namespace rookery::odata {
namespace {

constexpr std::string_view of_principals = "ownerid";

bool is_principal(const schema::Table& table) {
    return &table == &schema::known::systemuser || &table == &schema::known::team;
}

/// Whether the object can be a reference to a row of this table, by its type or by the name of its id.
bool fits(const JsonValue& item, const schema::Table& table) {
    if (item.member("@odata.type") != nullptr) return check_odata_type(item, table).has_value();
    return item.member(table.primary_id) != nullptr;
}

}  // namespace

Result<messages::Target> read_entity_parameter(
    const JsonValue& body, std::string_view name, std::span<const schema::Table* const> tables,
    const RequestOrigin& origin
) {
    const auto* item = body.member(name);
    if (item == nullptr || !item->is(JsonValue::Kind::object)) return bad_parameter(name);
    const auto found = std::ranges::find_if(tables, [&](const schema::Table* table) {
        return fits(*item, *table);
    });
    if (item->member("@odata.id") != nullptr) {
        ROOKERY_CHECK(check_members(*item, {}));
        ROOKERY_TRY(auto target, read_reference_body(*item, origin));
        const bool typed = item->member("@odata.type") != nullptr;
        const bool wanted = typed ? found != tables.end() && *found == target.table
                                  : std::ranges::find(tables, target.table) != tables.end();
        if (!wanted) return bad_parameter(name);
        return target;
    }
    if (found == tables.end()) return bad_parameter(name);
    const auto& table = **found;
    const auto* id = item->member(table.primary_id);
    const auto* owner = is_principal(table) ? item->member(of_principals) : nullptr;
    // One of them, so that no two can name different rows.
    if ((id == nullptr) == (owner == nullptr)) return bad_parameter(name);
    ROOKERY_CHECK(check_members(*item, {id != nullptr ? table.primary_id : of_principals}));
    const auto given = id_of(id != nullptr ? id : owner);
    if (!given) return bad_parameter(name);
    return messages::Target{&table, *given};
}

}  // namespace rookery::odata
