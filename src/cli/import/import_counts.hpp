// What becomes of the rows of a file, in numbers.
#pragma once

#include "cli/import/import_scan.hpp"

#include <cstdint>

namespace rookery::cli {

struct ImportCounts {
    std::uint64_t created = 0;
    std::uint64_t updated = 0;  // of these:
    std::uint64_t renamed = 0;
    std::uint64_t reassigned = 0;
    std::uint64_t other_application = 0;
    std::uint64_t new_tokens = 0;
    std::uint64_t unchanged = 0;  // or skipped
    std::uint64_t repeated = 0;
    std::uint64_t blank = 0;  // empty lines too
    std::uint64_t conflicts = 0;
    std::uint64_t bad = 0;
    std::uint64_t not_reached = 0;
    std::uint64_t trimmed = 0;  // rows, whatever became of them
    std::uint64_t rounded = 0;  // the same; perhaps
};

[[nodiscard]] ImportCounts count_rows(const ImportScan& scan);

}  // namespace rookery::cli
