// The filters and conditions of FetchXML, which become the same filter as $filter does.
#pragma once

#include "odata/fetchxml/fetch_element.hpp"
#include "query/filter.hpp"
#include "schema/schema.hpp"

#include <optional>
#include <span>

namespace rookery::odata::fetchxml {

/// What all of the <filter> elements among `elements` ask for; nothing when they have no condition. Errc: malformed,
/// unknown_property, sealed_in_query (for every caller), unsupported. No message repeats a value.
[[nodiscard]] Result<std::optional<messages::Filter>> read_filters(
    const schema::Table& table, std::span<const Element> elements
);

}  // namespace rookery::odata::fetchxml
