// The parameter "Targets" of the *Multiple actions: rows, each with its type.
#pragma once

#include "base/result.hpp"
#include "messages/message.hpp"
#include "odata/json/json_value.hpp"
#include "odata/request/request_origin.hpp"
#include "schema/schema.hpp"

#include <vector>

namespace rookery::odata {

// Errc::bad_payload.

/// At least one item.
[[nodiscard]] Result<const std::vector<JsonValue>*> read_targets(const JsonValue& body);
/// An object, with its type.
[[nodiscard]] Result<> check_target(const JsonValue& item, const schema::Table& table);
/// The row of the table that the item names, by its primary id or by "@odata.id".
[[nodiscard]] Result<messages::Target> target_of_item(
    const JsonValue& item, const schema::Table& table, const RequestOrigin& origin
);

}  // namespace rookery::odata
