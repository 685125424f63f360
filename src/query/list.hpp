// list: the rows of a RetrieveMultiple: candidates from the narrowest index, verified, admitted by
// scope and filter, in order, one page. Memory is bounded by the page.
#pragma once

#include "pipeline/plan_builder.hpp"
#include "query/aggregator.hpp"
#include "query/list_rules.hpp"
#include "query/pair_position.hpp"
#include "query/query.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace rookery::messages {

struct Page {
    std::vector<RowPtr> rows;
    std::optional<std::uint64_t> count;  // at most 5000
    std::optional<std::string> next_token;
    // Of a query for pairs: where they begin, and the key of each row (pairs.hpp).
    PairPosition start;
    std::vector<std::string> keys;
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
