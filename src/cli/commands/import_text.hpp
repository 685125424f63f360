// What `rookery import` says of its file, its plan and what came of it.
#pragma once

#include "base/result.hpp"
#include "cli/import/access_outlook.hpp"
#include "cli/import/import_counts.hpp"
#include "cli/import/import_scan.hpp"

#include <string>
#include <vector>

namespace rookery::cli {

struct ImportSaying {
    bool dry_run = false;
    bool json = false;
};

/// Notes about how the file was read.
void say_file(const ImportScan& scan);

/// Whose access changes, and the rows that are bad or in conflict by now; of a dry run the rows that change
/// too. Errc::io.
[[nodiscard]] Result<void> say_plan(
    const ImportSaying& how, const ImportScan& scan, const AccessOutlook& outlook
);

/// Applications that will be made, so that a slip in a name is seen. Errc::io.
[[nodiscard]] Result<void> say_new_applications(
    const ImportSaying& how, const std::vector<std::string>& names
);

/// A row that was not written as planned.
void say_problem(const ImportSaying& how, const ScannedRow& row);

/// The last line. Errc::io.
[[nodiscard]] Result<void> say_summary(const ImportSaying& how, const ImportCounts& counts);

}  // namespace rookery::cli
