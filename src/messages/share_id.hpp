// The id of a row share follows from its record and from whom the record is shared with, so that there is at most one, and
// those of a record lie together.
#pragma once

#include "access/fact_rows.hpp"
#include "storage/store.hpp"
#include "storage/value.hpp"

namespace rookery::messages {

/// With r the pair_id of (record, record) and the record's table: pair_id of (r, principal) with the principal's table, but for
/// the first 48 bits, which are those of r.
[[nodiscard]] Uuid share_id(const storage::RowRef& record, const access::Principal& with);

/// In Family::rows, all shares of the record that there could be; perhaps some of others.
[[nodiscard]] storage::KeyRange shares_of_record(const storage::RowRef& record);

}  // namespace rookery::messages
