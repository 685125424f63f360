// Carries a plan out: reads the file again for the tokens, and writes in batches over several connections, one
// of which commits while another is prepared.
#pragma once

#include "base/result.hpp"
#include "cli/client/connection.hpp"
#include "cli/import/import_file.hpp"
#include "cli/import/import_options.hpp"
#include "cli/import/import_planner.hpp"
#include "cli/import/import_run.hpp"

#include <cstdint>
#include <functional>

namespace rookery::cli {

/// Rows that are open and were not written are Outcome::not_reached.
void leave_the_rest(ImportScan& scan);

/// Writes the rows of `scan` that are open, and says in them what came of each. What is returned ended the
/// import: what was written stays, and the rest is Outcome::not_reached. Errc::version_mismatch when the file
/// is another than was planned.
[[nodiscard]] Result<void> execute_import(
    const Connection& connection, const ImportFile& file, const ImportOptions& options,
    ImportRun& run, ImportScan& scan, const std::function<void(std::uint64_t)>& progress
);

}  // namespace rookery::cli
