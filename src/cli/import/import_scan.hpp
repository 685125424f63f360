// The whole file, read and judged before anything is asked of the vault: which rows are no rows, which say
// the same twice, and which contradict each other. Texts are kept, tokens are not: they are read again
// when they are written.
#pragma once

#include "base/result.hpp"
#include "cli/import/import_file.hpp"
#include "cli/import/import_row.hpp"
#include "cli/import/row_plan.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

namespace rookery::cli {

inline constexpr std::size_t import_rows_max = 1'000'000;

struct ScannedRow {
    std::uint64_t line = 0;
    std::string unique_handle_id;
    std::string handle;
    std::string application;
    std::string owner;
    RowDigest digest{};
    bool has_access_token = false;
    bool has_tokens = false;
    bool trimmed = false;
    bool rounded = false;  // perhaps
    bool done = false;     // written as planned
    RowPlan plan;  // bad, blank and repeated are known; of all others, what the vault's rows say

    /// To be planned, and then carried out.
    [[nodiscard]] bool open() const {
        return plan.outcome == Outcome::create || plan.outcome == Outcome::update;
    }
};

struct ImportScan {
    std::vector<ScannedRow> rows;                           // in the file's order
    std::unordered_map<std::string, std::uint32_t> by_key;  // import_key → the row that counts
    std::uint64_t empty_lines = 0;
    std::uint64_t columns_left_alone = 0;
    char separator = ',';
};

/// `progress` is told how many rows were read. Errc::usage for a file without its header, Errc::too_large
/// for more than import_rows_max rows; Errc::io.
[[nodiscard]] Result<ImportScan> scan_import(
    const ImportFile& file, const std::function<void(std::uint64_t)>& progress
);

}  // namespace rookery::cli
