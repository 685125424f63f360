// `SET?fetchXml=…`: a list of one table, or what its rows come to, asked for in FetchXML (dataverse: "Query data using
// FetchXML"). It becomes the message that $filter, $apply and their kin become.
#pragma once

#include "base/result.hpp"
#include "messages/message.hpp"
#include "odata/request/request_reader.hpp"
#include "schema/schema.hpp"

namespace rookery::odata::fetchxml {

/// Precondition: the option is there. Errc: malformed, unknown_property, sealed_in_query, other_table (the query is about
/// another table than the URL), bad_paging_token, paging_limit, duplicate_alias, unsuitable_function, unsupported for what is
/// not built: some links between tables (fetch_link.hpp), and rows that are retained or deleted.
[[nodiscard]] Result<messages::Message> read_fetch(
    RequestReader& request, const schema::Table& table
);

}  // namespace rookery::odata::fetchxml
