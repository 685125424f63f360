// Aggregator: takes the rows of a query one by one, in any order, and knows in the end what was asked of them. Its memory
// is bounded by the number of rows and by bytes. One query, one thread.
#pragma once

#include "base/result.hpp"
#include "query/aggregation.hpp"
#include "storage/row.hpp"
#include "storage/value.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace rookery::messages {

/// What groups may take of memory.
inline constexpr std::size_t aggregation_bytes_max = std::size_t{1} << 25;

/// The values of one group: of its keys, then of its aggregates. Null where it has none.
using Group = std::vector<storage::Value>;

class Aggregator {
 public:
    /// `asked` outlives it.
    explicit Aggregator(const Aggregation& asked, std::size_t bytes_max = aggregation_bytes_max);
    ~Aggregator();
    Aggregator(const Aggregator&) = delete;
    Aggregator& operator=(const Aggregator&) = delete;

    /// The query's own row, then one of each of its joins; null where that leads to none.
    using Rows = std::span<const storage::Row* const>;

    /// False once it takes no more: groups() then says why.
    bool add(Rows rows);
    /// Of a query without joins.
    bool add(const storage::Row& row);

    /// Rows that it took.
    [[nodiscard]] std::uint64_t rows() const { return rows_; }

    /// Units of WorkBudget that it took since the last call.
    [[nodiscard]] std::uint64_t take_cost();

    /// Once, in order. Without group keys it is one, of no rows too: then counts are 0 and everything else is null. Errc:
    /// aggregate_limit for more rows than `rows_max`, too_expensive for more groups and unlike values than there is
    /// memory for, out_of_range for a sum that is no 64-bit number.
    [[nodiscard]] Result<std::vector<Group>> groups();

 private:
    struct Computed;
    struct Kept;

    [[nodiscard]] Kept& group_of(Rows rows);
    void compute(Computed& into, const Aggregate& asked, Rows rows);
    [[nodiscard]] Result<storage::Value> value_of(const Computed& computed, const Aggregate& asked)
        const;
    [[nodiscard]] Result<Group> group_from(Kept& kept) const;
    [[nodiscard]] std::string order_of(const Group& group) const;
    [[nodiscard]] Result<void> check() const;

    const Aggregation& asked_;
    const std::size_t bytes_max_;
    std::map<std::string, std::unique_ptr<Kept>> kept_;  // by the keys' bytes that sort
    std::uint64_t rows_ = 0;
    bool too_many_rows_ = false;
    std::size_t bytes_ = 0;
    std::uint64_t cost_ = 0;
};

}  // namespace rookery::messages
