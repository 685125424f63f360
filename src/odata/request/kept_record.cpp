#include "odata/request/kept_record.hpp"

#include "odata/request/body_parameters.hpp"
#include "odata/request/entity_key.hpp"
#include "odata/request/row_body.hpp"
#include "schema/schema.hpp"

#include <variant>
#include <vector>

namespace rookery::odata {
namespace {

/// The table that an '@odata.type' names; null for none that is served.
const schema::Table* table_named_by(const JsonValue& type) {
    if (!type.is(JsonValue::Kind::text)) return nullptr;
    return type.text.expose([](std::string_view text) -> const schema::Table* {
        if (text.starts_with('#')) text.remove_prefix(1);
        constexpr std::string_view space = "Microsoft.Dynamics.CRM.";
        if (!text.starts_with(space)) return nullptr;
        const auto* table = schema::table(text.substr(space.size()));
        return table == nullptr || table->outside ? nullptr : table;
    });
}

/// The one table whose id is among the members; null for none, and for several.
const schema::Table* table_by_id_of(const JsonValue& given) {
    const schema::Table* out = nullptr;
    for (const auto* table : schema::tables()) {
        if (table->outside || given.member(table->primary_id) == nullptr) continue;
        if (out != nullptr) return nullptr;
        out = table;
    }
    return out;
}

Result<messages::Target> read_named(const JsonValue& given, const RequestOrigin& origin) {
    if (const auto* url = given.member("@odata.id")) {
        if (!url->is(JsonValue::Kind::text)) return bad_parameter("Target");
        ROOKERY_TRY(auto target, url->text.expose([&](std::string_view text) {
            return read_reference(text, origin);
        }));
        ROOKERY_CHECK(check_odata_type(given, *target.table));
        // dataverse: an alternate key leads to no row that is kept.
        if (!std::holds_alternative<Uuid>(target.by)) return bad_parameter("Target");
        const auto* id = given.member(target.table->primary_id);
        if (id != nullptr && id_of(id) != std::get<Uuid>(target.by)) return bad_parameter("Target");
        return target;
    }
    const auto* type = given.member("@odata.type");
    const auto* table = type == nullptr ? table_by_id_of(given) : table_named_by(*type);
    if (table == nullptr) return bad_parameter("Target");
    const auto id = id_of(given.member(table->primary_id));
    if (!id) return bad_parameter("Target");
    return messages::Target{table, *id};
}

}  // namespace

Result<KeptRecord> read_kept_record(const JsonValue& body, const RequestOrigin& origin) {
    const auto* given = body.member("Target");
    if (given == nullptr || !given->is(JsonValue::Kind::object)) return bad_parameter("Target");
    KeptRecord out;
    ROOKERY_TRY(out.target, read_named(*given, origin));
    ROOKERY_TRY(out.input, read_row(*given, *out.target.table, RowUse::upsert, origin));
    std::erase_if(out.input.cells, [](const messages::InputCell& cell) {
        return cell.column->may(schema::can::row_id);
    });
    return out;
}

}  // namespace rookery::odata
