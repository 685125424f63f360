// What an entry on the log says of a query.
#pragma once

#include "audit/event.hpp"
#include "query/query.hpp"

namespace rookery::messages {

/// The shape of its filter, and which row it is kept as.
void add_query(audit::Event& event, const Query& query);

}  // namespace rookery::messages
