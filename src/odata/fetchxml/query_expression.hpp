// Queries in the JSON of an action's body, as FetchXML (dataverse: QueryExpression and FetchExpression complex types).
#pragma once

#include "base/result.hpp"
#include "odata/fetchxml/fetch_element.hpp"
#include "odata/json/json_value.hpp"

namespace rookery::odata::fetchxml {

/// Which rows a QueryExpression asks for; what it shows of them, and in which order, is left out. Of a FetchExpression its
/// text. Errc: bad_payload for what is neither, and for a member that is not known; unsupported for links, limits, other data
/// sources and operators that are not built; what read_xml says.
[[nodiscard]] Result<Element> fetch_of(const JsonValue& expression);

}  // namespace rookery::odata::fetchxml
