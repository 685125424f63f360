// walk_rows: every row of some tables, or what was left of one, in the order of the store, a step at a time.
#pragma once

#include "jobs/job.hpp"
#include "pipeline/view.hpp"
#include "schema/schema.hpp"
#include "storage/value.hpp"

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace rookery::jobs {

struct RowVisitor {
    /// A row's bytes as they are stored, unproven. Whether to go on behind it.
    std::function<Result<bool>(const storage::RowRef& row, std::string_view stored)> row;
    /// A part of the store that cannot be read.
    std::function<void()> unreadable;
};

/// Every table that has rows in the store, in the order of their rows; those with data keys alone if `sealed`.
[[nodiscard]] std::vector<const schema::Table*> stored_tables(bool sealed);

/// Goes on behind `key`, the last key that was looked at (empty: from the beginning), a unit of the budget for each row.
/// True at the end of the tables, with `key` empty. `tables` in the order of stored_tables. Errc: those of the visitor, and
/// io.
[[nodiscard]] Result<bool> walk_rows(
    const messages::View& view, std::span<const schema::Table* const> tables, std::string& key,
    StepBudget& budget, const RowVisitor& visitor
);

}  // namespace rookery::jobs
