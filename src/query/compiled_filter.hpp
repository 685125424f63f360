// CompiledFilter: a Filter made ready for many rows. Patterns are compiled and literals brought into collation
// keys once, each text of a row at most once, however many conditions name it.
#pragma once

#include "query/filter.hpp"
#include "storage/row.hpp"

#include <cstdint>
#include <memory>

namespace rookery::messages {

class CompiledFilter {
 public:
    /// `filter` outlives it, and has no Condition: it was resolved.
    explicit CompiledFilter(const Filter& filter);
    ~CompiledFilter();
    CompiledFilter(const CompiledFilter&) = delete;
    CompiledFilter& operator=(const CompiledFilter&) = delete;

    /// True only for SQL's true; unknown is false.
    [[nodiscard]] bool admits(const storage::Row& row);

    /// Units of WorkBudget that making it ready and judging took since the last call.
    [[nodiscard]] std::uint64_t take_cost();

 private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

/// What the collation key of a text costs, in units of WorkBudget.
[[nodiscard]] std::uint64_t text_cost(std::string_view text);

}  // namespace rookery::messages
