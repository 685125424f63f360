#include "odata/request/multiple_targets.hpp"

#include "odata/request/body_parameters.hpp"
#include "odata/request/entity_key.hpp"
#include "odata/request/row_body.hpp"

namespace rookery::odata {

using Kind = JsonValue::Kind;

Result<const std::vector<JsonValue>*> read_targets(const JsonValue& body) {
    ROOKERY_CHECK(check_members(body, {"Targets"}));
    const auto* list = body.member("Targets");
    if (list == nullptr || !list->is(Kind::array) || list->items.empty()) {
        return bad_parameter("Targets");
    }
    return &list->items;
}

Result<> check_target(const JsonValue& item, const schema::Table& table) {
    // dataverse: every item must carry its type.
    if (!item.is(Kind::object) || item.member("@odata.type") == nullptr) {
        return payload_error(table, "Every item of 'Targets' needs its '@odata.type'.");
    }
    return {};
}

Result<messages::Target> target_of_item(
    const JsonValue& item, const schema::Table& table, const RequestOrigin& origin
) {
    const auto by_id = id_of(item.member(table.primary_id));
    const auto* reference = item.member("@odata.id");
    if (reference == nullptr) {
        if (by_id) return messages::Target{&table, *by_id};
        return payload_error(table, "An item of 'Targets' names no row.");
    }
    if (!reference->is(JsonValue::Kind::text)) {
        return payload_error(table, "An '@odata.id' is not a URL.");
    }
    auto target =
        reference->text.expose([&](std::string_view url) { return read_reference(url, origin); });
    if (!target) return target;
    const auto* id = std::get_if<Uuid>(&target->by);
    if (target->table != &table || (id != nullptr && by_id && *id != *by_id)) {
        return payload_error(table, "An '@odata.id' names another row or table than its item.");
    }
    return target;
}

}  // namespace rookery::odata
