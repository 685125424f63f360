// CompiledFilter: a Filter made ready for many rows. Patterns are compiled and literals brought into collation
// keys once, each text of a row at most once, however many conditions name it.
#pragma once

#include "base/result.hpp"
#include "query/filter.hpp"
#include "storage/row.hpp"

#include <cstdint>
#include <memory>

namespace rookery::messages {

/// SQL's third truth value comes from comparing with null.
enum class Truth : std::uint8_t { no, unknown, yes };

/// Judges what a filter asks of related rows, which are no part of the row itself.
class RelatedRows {
 public:
    virtual ~RelatedRows() = default;

    /// `row`: null for one in which everything is null. Errc: those of reading a row, and of WorkBudget::spend.
    [[nodiscard]] virtual Result<Truth> judge(const Related& asked, const storage::Row* row) = 0;
};

class CompiledFilter {
 public:
    /// `filter` outlives it, and has no Condition: it was resolved. So does `related`, which may be null for a filter
    /// that asks nothing of other rows.
    explicit CompiledFilter(const Filter& filter, RelatedRows* related = nullptr);
    ~CompiledFilter();
    CompiledFilter(const CompiledFilter&) = delete;
    CompiledFilter& operator=(const CompiledFilter&) = delete;

    /// `row`: null for one in which everything is null. Errc: what RelatedRows::judge says.
    [[nodiscard]] Result<Truth> judge(const storage::Row* row);

    /// Units of WorkBudget that making it ready and judging took since the last call.
    [[nodiscard]] std::uint64_t take_cost();

 private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

/// The value of `column` in `row`, which may be none; `room` holds what the row knows without a cell. Null for null.
[[nodiscard]] const storage::Value* value_of(
    const storage::Row* row, const schema::Column& column, storage::Value& room
);

/// What the collation key of a text costs, in units of WorkBudget.
[[nodiscard]] std::uint64_t text_cost(std::string_view text);

}  // namespace rookery::messages
