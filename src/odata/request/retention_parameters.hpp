// What the actions of retention have in common: which operation, which table, how much at once.
#pragma once

#include "base/result.hpp"
#include "base/uuid.hpp"
#include "odata/json/json_value.hpp"
#include "schema/schema.hpp"

#include <cstddef>
#include <optional>

namespace rookery::odata {

// Errc::bad_payload for all of them. What may be left out may be null as well.

/// "OperationId".
[[nodiscard]] Result<std::optional<Uuid>> read_operation_id(const JsonValue& body);
/// "EntityName": a table; null: none is named.
[[nodiscard]] Result<const schema::Table*> read_entity_name(const JsonValue& body);
/// "PageSize", at most `most`, which it is when nothing is said.
[[nodiscard]] Result<std::size_t> read_page_size(const JsonValue& body, std::size_t most);

}  // namespace rookery::odata
