// ListRules: which rows a query may have, and how they are ordered, for one caller at one time.
#pragma once

#include "access/scope.hpp"
#include "pipeline/plan_builder.hpp"
#include "query/compiled_filter.hpp"
#include "query/query.hpp"
#include "query/related_judge.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::messages {

/// What is the same for all pages of a query, and for all its parents: whose rows it may have, and its filter as it is for
/// this caller now.
class ListRules {
 public:
    /// Both outlive it.
    ListRules(const PlanBuilder& builder, const Query& query);

    [[nodiscard]] const access::Scope& scope() const { return scope_; }

    /// Null when there is none.
    [[nodiscard]] const Filter* filter() const { return resolved_ ? &*resolved_ : nullptr; }

    /// Whether the filter is true of the row: unknown is not enough. Errc: those of reading rows that it is related to, and
    /// what WorkBudget::spend says.
    [[nodiscard]] Result<bool> admits(const storage::Row& row);

    /// The kept row that this entry leads to; null when its time in the bin is over, and it only has not been ended yet.
    /// Errc::integrity for an entry that is not its own.
    [[nodiscard]] Result<RowPtr> kept_row(KeptPtr kept, std::string_view entry) const;

    /// Bytes that sort as the query orders its rows. Errc as admits.
    [[nodiscard]] Result<std::string> sort_key_of(const storage::Row& row);

    /// Units of WorkBudget that filter and order took since the last call, but for what was read of other rows, which is
    /// paid.
    [[nodiscard]] std::uint64_t take_cost();

 private:
    const access::Scope scope_;
    const std::optional<Filter> resolved_;
    const std::vector<OrderBy>& order_;
    const BinRules bin_;
    const Instant now_;
    RelatedJudge related_;
    std::uint64_t sorting_cost_ = 0;
    std::optional<CompiledFilter> compiled_;
};

}  // namespace rookery::messages
