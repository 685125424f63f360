// Which index a list can be walked by in its own order.
#pragma once

#include "query/query.hpp"
#include "storage/store.hpp"

#include <optional>

namespace rookery::messages {

/// The index that has the rows of the list in their order, all of them; nothing when there is none. Of the facts none
/// has: rows as old as the vault itself have no time, and there are few of them.
[[nodiscard]] std::optional<storage::KeyRange> index_in_order(const Query& query);

}  // namespace rookery::messages
