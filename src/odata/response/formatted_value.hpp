// COL@OData.Community.Display.V1.FormattedValue, in English (United States) and UTC.
#pragma once

#include "schema/schema.hpp"
#include "storage/value.hpp"

#include <string>

namespace rookery::odata {

/// Option labels, Yes and No, `M/d/yyyy h:mm tt`, numbers with group separators. Empty for values
/// that have none (texts, ids); the names of lookups come with the row.
[[nodiscard]] std::string formatted_value(
    const schema::Column& column, const storage::Value& value
);

/// 1234567 → "1,234,567"
[[nodiscard]] std::string grouped(std::int64_t number);

}  // namespace rookery::odata
