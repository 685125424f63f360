// What an import is told to do, and what came of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

namespace rookery::cli {

struct ImportOptions {
    bool dry_run = false;           // reads only; counts what would happen
    bool take_over = false;         // records of another owner are assigned, not left
    bool skip_existing = false;     // records that are there are left as they are
    std::size_t batch_rows = 1000;  // what one message may change
    unsigned workers = 2;
};

enum class ProblemKind : std::uint8_t { bad, conflict };

/// A row that was not taken over; never with a field of it.
struct ImportProblem {
    std::uint64_t line = 0;
    ProblemKind kind = ProblemKind::bad;
    std::string reason;
};

struct ImportCounts {
    std::uint64_t created = 0;
    std::uint64_t updated = 0;
    std::uint64_t unchanged = 0;
    std::uint64_t conflicts = 0;
    std::uint64_t bad = 0;

    [[nodiscard]] std::uint64_t total() const {
        return created + updated + unchanged + conflicts + bad;
    }
};

/// Called from any thread, one at a time.
using OnProblem = std::function<void(const ImportProblem&)>;

}  // namespace rookery::cli
