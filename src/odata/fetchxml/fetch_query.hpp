// `SET?fetchXml=…`, and a query that is kept: a list of one table, or what its rows come to, asked for in FetchXML (dataverse: "Query data using
// FetchXML"). It becomes the message that $filter, $apply and their kin become.
#pragma once

#include "base/result.hpp"
#include "messages/message.hpp"
#include "odata/fetchxml/fetch_element.hpp"
#include "odata/request/request_reader.hpp"
#include "schema/schema.hpp"

#include <optional>
#include <string_view>

namespace rookery::odata::fetchxml {

/// `text`: what RequestReader::fetch_of gave. `within`: the rows of a collection. Errc: malformed, unknown_property, sealed_in_query, other_table (the query is about
/// another table than the URL), bad_paging_token, paging_limit, duplicate_alias, unsuitable_function, unsupported for what is
/// not built: some links between tables (fetch_link.hpp), and rows that are retained or deleted.
[[nodiscard]] Result<messages::Message> read_fetch(
    RequestReader& request, const schema::Table& table, std::string_view text,
    std::optional<messages::Within> within = {}
);

/// The one element of `fetch`, which must be one. Errc::malformed, and what check_attributes says.
[[nodiscard]] Result<const Element*> entity_of(const Element& fetch);

/// Which rows of `table` an `entity` asks for: what its filters and links say. Errc: as read_fetch.
[[nodiscard]] Result<std::optional<messages::Filter>> read_rows(
    const schema::Table& table, const Element& entity
);

}  // namespace rookery::odata::fetchxml
