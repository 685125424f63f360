// The order of a FetchXML query.
#pragma once

#include "odata/fetchxml/fetch_link.hpp"
#include "query/query.hpp"

namespace rookery::odata::fetchxml {

/// What the elements `order` ask for, those of the entity first, which may name a link, then those that stand in links.
/// Errc: malformed, unknown_property, sealed_in_query, and what Links::path_of says.
[[nodiscard]] Result<> read_orders(const Element& entity, const Links& links, messages::Query& out);

}  // namespace rookery::odata::fetchxml
