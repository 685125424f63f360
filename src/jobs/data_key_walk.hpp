// walk_data_keys: every data key in the store, by the version of the KEK that it is wrapped under, a step at a time.
#pragma once

#include "jobs/job.hpp"
#include "pipeline/view.hpp"
#include "storage/data_key_mark.hpp"
#include "storage/value.hpp"

#include <functional>
#include <optional>
#include <string>

namespace rookery::jobs {

/// What becomes of what is met. What a row says of its data key is unproven.
struct DataKeyVisitor {
    /// Whether to go on behind this row.
    std::function<Result<bool>(const storage::RowRef& row, const storage::DataKeyMark& mark)>
        data_key;
    /// A row that is not as it was written; without a row a part of the store that cannot be read. Whether to go on.
    std::function<bool(const std::optional<storage::RowRef>& row)> damaged;
};

/// Goes on behind `key`, the last key that was looked at (empty: from the beginning), a unit of the budget for each row.
/// True at the end of the store, with `key` empty. Errc: those of the visitor, and io.
[[nodiscard]] Result<bool> walk_data_keys(
    const messages::View& view, std::string& key, StepBudget& budget, const DataKeyVisitor& visitor
);

}  // namespace rookery::jobs
