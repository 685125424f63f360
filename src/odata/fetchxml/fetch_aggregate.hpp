// The aggregation of a `<fetch aggregate="true">` (dataverse: "Aggregate data using FetchXml").
#pragma once

#include "odata/fetchxml/fetch_element.hpp"
#include "odata/fetchxml/link_joins.hpp"
#include "query/aggregation.hpp"
#include "schema/schema.hpp"

namespace rookery::odata::fetchxml {

/// What the elements `attribute` and `order` of the entity and of its joined links ask for; `aggregatelimit` of `fetch`.
/// Errc: malformed,
/// unknown_property, sealed_in_query (for every caller), unsuitable_function, duplicate_alias, unsupported (fiscal dates,
/// children counted by rows).
[[nodiscard]] Result<messages::Aggregation> read_aggregation(
    const schema::Table& table, const Element& fetch, const Element& entity, const LinkJoins& joined
);

}  // namespace rookery::odata::fetchxml
