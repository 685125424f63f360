// What a link-entity joins by: `from` and `to` as the relationship that they are.
#pragma once

#include "odata/fetchxml/fetch_element.hpp"
#include "query/filter.hpp"
#include "schema/schema.hpp"

#include <optional>

namespace rookery::odata::fetchxml {

/// From rows of `table`. Errc: malformed for a link that lacks an attribute or names a table that is not known;
/// unknown_property; unsupported for columns that are no relationship, and for another product's table.
[[nodiscard]] Result<messages::Hop> link_hop(const schema::Table& table, const Element& link);

/// The hop of an N:N that is written as a link to the table of its pairs with nothing in it but `inner`, one to the other
/// side; nothing when it is not that. Errc: as link_hop.
[[nodiscard]] Result<std::optional<messages::Hop>> hop_over_pairs(
    const schema::Table& table, const Element& link
);

}  // namespace rookery::odata::fetchxml
