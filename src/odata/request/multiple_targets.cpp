#include "odata/request/multiple_targets.hpp"

#include "odata/request/body_parameters.hpp"
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

}  // namespace rookery::odata
