// Sieve: a Filter made ready for many rows. Patterns are compiled and literals brought into comparison
// form once, each text of a row at most once, however many conditions name it.
#pragma once

#include <cstdint>
#include <memory>

#include "query/filter.hpp"
#include "storage/row.hpp"

namespace rookery::messages {

class Sieve {
 public:
    /// `filter` outlives it.
    explicit Sieve(const Filter& filter);
    ~Sieve();
    Sieve(const Sieve&) = delete;
    Sieve& operator=(const Sieve&) = delete;

    /// True only for SQL's true; unknown is false.
    [[nodiscard]] bool admits(const storage::Row& row);

    /// Units of WorkBudget that making it ready and judging took since the last call.
    [[nodiscard]] std::uint64_t take_cost();

 private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

/// What bringing a text into comparison form costs, in units of WorkBudget.
[[nodiscard]] std::uint64_t text_cost(std::string_view text);

}  // namespace rookery::messages
