// What the vault already holds of an import's rows, asked for in lists: one request each would cost more
// than the write.
#pragma once

#include "base/result.hpp"
#include "cli/client/api_client.hpp"
#include "cli/import/planned_row.hpp"

#include <span>

namespace rookery::cli {

/// Fills `existing` of the rows whose record is there.
[[nodiscard]] Result<void> look_up_records(ApiClient& client, std::span<PlannedRow* const> rows);

/// Fills `handle` of the rows without one whose handle row is there.
[[nodiscard]] Result<void> look_up_handles(ApiClient& client, std::span<PlannedRow* const> rows);

}  // namespace rookery::cli
