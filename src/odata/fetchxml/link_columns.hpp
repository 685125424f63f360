// What the links of a FetchXML query show: the rows of an expansion, as columns of the row that they are shown with.
#pragma once

#include "odata/fetchxml/fetch_link.hpp"
#include "odata/request/render_context.hpp"
#include "query/query.hpp"

#include <vector>

namespace rookery::odata::fetchxml {

/// Whether a row of the query shows what a link leads to, or comes more than once by one.
[[nodiscard]] bool are_seen(const Links& links);

/// Whether columns of linked rows are shown.
[[nodiscard]] bool have_columns(const Links& links);

/// Adds to `out` what is shown with each row, in the manner of `shown`, and says there whether a row comes once for each
/// linked one; `names` is for the answer. Errc: unknown_property, and what check_attributes says; unsupported for a link
/// to many rows by a relationship that has no name.
[[nodiscard]] Result<void> show_links(
    const Links& links, const messages::Selection& shown, messages::Query& out,
    std::vector<ExpandedName>& names
);

}  // namespace rookery::odata::fetchxml
