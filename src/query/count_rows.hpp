// count_rows: how many rows of a table the caller may read, all of them, where a list counts a few thousand. Of records the
// entries of an index tell; their rows are not read, since a number shows nothing of one.
#pragma once

#include "pipeline/plan_builder.hpp"

#include <cstdint>

namespace rookery::messages {

/// Spends from the request's work: Errc::too_expensive when there are more than can be counted in its time.
[[nodiscard]] Result<std::uint64_t> count_rows(PlanBuilder& builder, const schema::Table& table);

}  // namespace rookery::messages
