// The rows of a FetchXML query with `distinct`: groups by what is shown of them.
#pragma once

#include "odata/fetchxml/fetch_columns.hpp"
#include "odata/fetchxml/link_joins.hpp"
#include "query/aggregation.hpp"

#include <vector>

namespace rookery::odata::fetchxml {

/// Errc::unsupported: what a distinct query with columns of links does not say.
[[nodiscard]] Error names_no_columns();

/// The rows without those that are the same in all columns, of the entity and of its links. Errc: names_no_columns;
/// sealed_in_query, duplicate_alias, and what read_orders says.
[[nodiscard]] Result<messages::Aggregation> distinct_rows(
    const schema::Table& table, const Element& entity, const Links& links, const LinkJoins& joined,
    const std::vector<Asked>& asked
);

}  // namespace rookery::odata::fetchxml
