// find_changes: which rows of a table were written or removed since a version, a page at a time: changed ones by version, then
// removed ones by version. What a row was before is not told.
//
// Every row of the table is walked over once a page, tombstones included, unless nothing in the vault was written since;
// only those of the page are read. There is no index by version.
#pragma once

#include "pipeline/plan_builder.hpp"
#include "query/delta_token.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace rookery::messages {

struct RemovedRow {
    Uuid id;
    std::uint64_t versionnumber = 0;
};

struct Changes {
    std::vector<RowPtr> rows;
    std::vector<RemovedRow> removed;
    DeltaPosition next;  // of the next page, or of the next delta
    bool more = false;   // there is another page
};

/// Whoever follows a table's changes is told of all of its rows: he must be able to read all of them. Errc::missing_privilege.
[[nodiscard]] Result<void> check_reads_all(const PlanBuilder& builder, const schema::Table& table);

/// Errc::changes_forgotten when the position is older than delta_lifetime, or was given by a state of the vault that is
/// not what this one came from.
[[nodiscard]] Result<void> check_position(
    const PlanBuilder& builder, const DeltaPosition& position
);

/// Precondition: check_position. Errc::too_expensive.
[[nodiscard]] Result<Changes> find_changes(
    PlanBuilder& builder, const schema::Table& table, const DeltaPosition& position,
    std::size_t page_max
);
[[nodiscard]] Result<std::uint64_t> count_changes(
    PlanBuilder& builder, const schema::Table& table, const DeltaPosition& position
);

}  // namespace rookery::messages
