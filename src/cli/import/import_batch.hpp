// One batch of an import: its rows looked up, created and written.
#pragma once

#include "base/result.hpp"
#include "cli/client/api_client.hpp"
#include "cli/import/import_run.hpp"
#include "cli/import/planned_row.hpp"

#include <cstdint>
#include <vector>

namespace rookery::cli {

/// Whether the next batch is likely to be all new, as the one before it was. Such a batch is
/// written without looking up its rows first: they cannot be there if creating them all succeeds.
enum class Expectation : std::uint8_t { unknown, all_new };

/// The keys of `rows` differ. What lies with single rows is reported; what is returned ends the import.
[[nodiscard]] Result<void> import_batch(
    ImportRun& run, ApiClient& client, std::vector<PlannedRow>& rows, Expectation& expectation
);

}  // namespace rookery::cli
