// The report of an import: every row of the file with what became of it. No field of the file stands in it.
#pragma once

#include "base/result.hpp"
#include "cli/import/import_scan.hpp"
#include "cli/import/output_file.hpp"

#include <string>

namespace rookery::cli {

/// Why, or what changes: "renamed, other owner; blanks around an id or a name were left out".
[[nodiscard]] std::string reason_of(const ScannedRow& row);

/// CSV: line, outcome, reason.
[[nodiscard]] Result<void> write_import_report(OutputFile& file, const ImportScan& scan);

}  // namespace rookery::cli
