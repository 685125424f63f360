// list: the rows of a RetrieveMultiple: candidates from the narrowest index, verified, admitted by
// scope and filter, in order, one page. Memory is bounded by the page.
#pragma once

#include "access/scope.hpp"
#include "pipeline/plan_builder.hpp"
#include "query/compiled_filter.hpp"
#include "query/query.hpp"
#include "query/related_judge.hpp"

#include <optional>

namespace rookery::messages {

struct Page {
    std::vector<RowPtr> rows;
    std::optional<std::uint64_t> count;  // at most 5000
    std::optional<std::string> next_token;
};

/// What is the same for all pages of a query, and for all its parents: whose rows it may have, and its filter as it is for
/// this caller now.
class ListRules {
 public:
    /// Both outlive it.
    ListRules(const PlanBuilder& builder, const Query& query);

    [[nodiscard]] const access::Scope& scope() const { return scope_; }

    /// Null when there is none.
    [[nodiscard]] const Filter* filter() const { return resolved_ ? &*resolved_ : nullptr; }

    /// Whether the filter is true of the row: unknown is not enough. Errc: those of reading rows that it is related to, and what WorkBudget::spend
    /// says.
    [[nodiscard]] Result<bool> admits(const storage::Row& row);

    /// Bytes that sort as the query orders its rows. Errc as admits.
    [[nodiscard]] Result<std::string> sort_key_of(const storage::Row& row);

    /// Units of WorkBudget that filter and order took since the last call, but for what was read of other rows, which is
    /// paid.
    [[nodiscard]] std::uint64_t take_cost();

 private:
    const access::Scope scope_;
    const std::optional<Filter> resolved_;
    const std::vector<OrderBy>& order_;
    RelatedJudge related_;
    std::uint64_t sorting_cost_ = 0;
    std::optional<CompiledFilter> compiled_;
};

/// Rows shown in clear are guarded, so that no reveal follows a change it did not see.
[[nodiscard]] Result<Page> list(
    PlanBuilder& builder, const Query& query, const storage::Row* parent, std::size_t page_max
);
/// The same of many parents, one after the other.
[[nodiscard]] Result<Page> list(
    PlanBuilder& builder, const Query& query, ListRules& rules, const storage::Row* parent,
    std::size_t page_max
);

}  // namespace rookery::messages
