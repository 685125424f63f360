// The queries that are kept as rows of savedquery and userquery.
#pragma once

#include "access/caller.hpp"
#include "base/result.hpp"
#include "pipeline/view.hpp"
#include "storage/value.hpp"

#include <string>

namespace rookery::messages {

/// The FetchXML of a query that the caller asks by, for rows of `of`. The views of a table are for everybody; of the
/// queries that users keep those that he may read. Nothing of the row is shown, so that this has no entry on the log: the
/// list that comes of it has one. Errc: not_found, also for what he may not read; other_table; integrity and those of the
/// disk.
[[nodiscard]] Result<std::string> kept_query(
    const View& view, const access::Caller& caller, const storage::RowRef& query,
    const schema::Table& of
);

}  // namespace rookery::messages
