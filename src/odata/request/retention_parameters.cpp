#include "odata/request/retention_parameters.hpp"

#include "odata/request/body_parameters.hpp"

#include <algorithm>

namespace rookery::odata {
namespace {

using Kind = JsonValue::Kind;

/// The member, if there is one that is not null.
const JsonValue* given_member(const JsonValue& body, std::string_view name) {
    const auto* value = body.member(name);
    return value == nullptr || value->is(Kind::null) ? nullptr : value;
}

}  // namespace

Result<std::optional<Uuid>> read_operation_id(const JsonValue& body) {
    const auto* given = given_member(body, "OperationId");
    if (given == nullptr) return std::optional<Uuid>{};
    const auto id = id_of(given);
    if (!id) return bad_parameter("OperationId");
    return id;
}

Result<const schema::Table*> read_entity_name(const JsonValue& body) {
    const auto* given = given_member(body, "EntityName");
    if (given == nullptr) return nullptr;
    if (!given->is(Kind::text)) return bad_parameter("EntityName");
    const auto* table =
        given->text.expose([](std::string_view name) { return schema::table(name); });
    if (table == nullptr || table->outside) return bad_parameter("EntityName");
    return table;
}

Result<std::size_t> read_page_size(const JsonValue& body, std::size_t most) {
    const auto* given = given_member(body, "PageSize");
    if (given == nullptr) return most;
    if (!given->is(Kind::integer) || given->integer < 1) return bad_parameter("PageSize");
    return std::min(static_cast<std::size_t>(given->integer), most);
}

}  // namespace rookery::odata
