// The rows of a join: a shown row with one of each of the rows that it was expanded by, in every combination.
#pragma once

#include "odata/request/render_context.hpp"
#include "pipeline/reply.hpp"

#include <cstddef>
#include <vector>

namespace rookery::odata {

struct JoinedPart {
    const messages::ShownRow* row;
    const ExpandedName* name;
};

using JoinedRow = std::vector<JoinedPart>;  // without those that lead nowhere

/// At most so many, and at least one. They point into what is given. `names` has one for each of `row.expanded`.
[[nodiscard]] std::vector<JoinedRow> joined_rows(
    const messages::ShownRow& row, const std::vector<ExpandedName>& names, std::size_t most
);

}  // namespace rookery::odata
