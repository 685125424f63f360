// The parameter "Targets" of the *Multiple actions: rows, each with its type.
#pragma once

#include "base/result.hpp"
#include "odata/json/json_value.hpp"
#include "schema/schema.hpp"

#include <vector>

namespace rookery::odata {

// Errc::bad_payload.

/// At least one item.
[[nodiscard]] Result<const std::vector<JsonValue>*> read_targets(const JsonValue& body);
/// An object, with its type.
[[nodiscard]] Result<> check_target(const JsonValue& item, const schema::Table& table);

}  // namespace rookery::odata
