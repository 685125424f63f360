// The queries of a BulkDelete and of a BulkDetectDuplicates: which rows of one table each, as FetchXML.
#pragma once

#include "base/result.hpp"
#include "messages/message.hpp"
#include "odata/fetchxml/fetch_element.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace rookery::odata::fetchxml {

/// The rows that an element `fetch` asks for; what it shows and how it orders them counts for nothing. Errc: those of
/// read_fetch; unsupported for aggregates and for a limit of rows.
[[nodiscard]] Result<messages::RetrieveMultiple> read_bulk_query(const Element& fetch);

/// All of them in one text, an element `queries`.
[[nodiscard]] std::string write_bulk_queries(std::vector<Element> fetches);
/// What that says. Errc: malformed for what it did not write, and what read_bulk_query says.
[[nodiscard]] Result<std::vector<messages::RetrieveMultiple>> read_bulk_queries(
    std::string_view text
);

}  // namespace rookery::odata::fetchxml
