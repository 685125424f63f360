// What an entry on the log says of a query.
#pragma once

#include "audit/event.hpp"
#include "query/query.hpp"

namespace rookery::messages {

/// What a list of the table is called there: one of the log's own entries is a reading of the log.
[[nodiscard]] audit::Action list_action(const schema::Table& table);

/// The shape of its filter, and which row it is kept as.
void add_query(audit::Event& event, const Query& query);

}  // namespace rookery::messages
