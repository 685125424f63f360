// list: the rows of a RetrieveMultiple: candidates from the narrowest index, verified, admitted by
// scope and filter, in order, one page. Memory is bounded by the page.
#pragma once

#include "pipeline/plan_builder.hpp"
#include "query/query.hpp"

namespace rookery::messages {

struct Page {
    std::vector<RowPtr> rows;
    std::optional<std::uint64_t> count;  // at most 5000
    std::optional<std::string> next_token;
};

/// Rows shown in clear are guarded, so that no reveal follows a change it did not see.
[[nodiscard]] Result<Page> list(
    PlanBuilder& builder, const Query& query, const storage::Row* parent, std::size_t page_max
);

}  // namespace rookery::messages
