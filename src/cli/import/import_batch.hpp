// One batch of an import: what was planned for its rows, written.
#pragma once

#include "base/result.hpp"
#include "cli/client/api_client.hpp"
#include "cli/import/import_run.hpp"
#include "cli/import/work_row.hpp"

#include <vector>

namespace rookery::cli {

/// What lies with single rows is reported; what is returned ends the import. A row that is not as it was
/// planned for is a conflict.
[[nodiscard]] Result<void> write_batch(
    ImportRun& run, ApiClient& client, std::vector<WorkRow>& rows
);

}  // namespace rookery::cli
