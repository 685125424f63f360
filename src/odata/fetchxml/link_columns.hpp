// What the links of a FetchXML query show: the rows of an expansion, as columns of the row that they are shown with.
#pragma once

#include "odata/fetchxml/fetch_link.hpp"
#include "odata/request/render_context.hpp"
#include "query/query.hpp"

#include <string>
#include <utility>
#include <vector>

namespace rookery::odata::fetchxml {

/// What is shown of the rows of one link.
struct LinkColumns {
    std::vector<const schema::Column*> columns;  // empty: all
    std::vector<std::pair<const schema::Column*, std::string>>
        renamed;  // those that the request gives another name
};

/// Errc: unknown_property, and what check_attributes says.
[[nodiscard]] Result<LinkColumns> columns_of(const Link& link);

/// Whether columns of its rows are shown.
[[nodiscard]] bool shows_columns(const Link& link);

/// Whether what it shows, or how often, is to be seen.
[[nodiscard]] bool is_seen(const Link& link);

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
