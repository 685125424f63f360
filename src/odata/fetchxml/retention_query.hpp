// The query of a run of retention, and of a policy: which records of one table, as FetchXML.
#pragma once

#include "base/result.hpp"
#include "messages/message.hpp"
#include "schema/schema.hpp"

#include <string_view>

namespace rookery::odata::fetchxml {

/// The rows that it asks for, of this source: live or retained. It may name its datasource; retained records have no links. Errc: those
/// of read_bulk_query; malformed for another datasource.
[[nodiscard]] Result<messages::RetrieveMultiple> read_retention_query(
    std::string_view text, messages::RowSource source
);

/// The table of a policy's query.
[[nodiscard]] Result<const schema::Table*> read_policy_criteria(std::string_view text);

}  // namespace rookery::odata::fetchxml
