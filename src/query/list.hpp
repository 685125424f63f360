// list: the rows of a RetrieveMultiple: candidates from the narrowest index, verified, admitted by
// scope and filter, in order, one page. Memory is bounded by the page.
#pragma once

#include "access/scope.hpp"
#include "pipeline/plan_builder.hpp"
#include "query/aggregator.hpp"
#include "query/compiled_filter.hpp"
#include "query/query.hpp"

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
    /// `query` outlives it.
    ListRules(const PlanBuilder& builder, const Query& query);

    [[nodiscard]] const access::Scope& scope() const { return scope_; }

    /// Null when there is none.
    [[nodiscard]] const Filter* filter() const { return resolved_ ? &*resolved_ : nullptr; }

    /// Whether the filter admits the row.
    [[nodiscard]] bool passes(const storage::Row& row);

    /// Units of WorkBudget that the filter took since the last call.
    [[nodiscard]] std::uint64_t take_cost();

 private:
    const access::Scope scope_;
    const std::optional<Filter> resolved_;
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

/// Every row of the query goes to `to`, once and in no order; its order, top and pages count for nothing here.
[[nodiscard]] Result<void> aggregate(
    PlanBuilder& builder, const Query& query, const storage::Row* parent, Aggregator& to
);

}  // namespace rookery::messages
