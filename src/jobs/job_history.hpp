// What is known of the past of jobs: their rows, and when the vault began.
#pragma once

#include "query/job_reader.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

namespace rookery::jobs {

/// Of rows with the oldest first.
template <class Wanted>
const messages::JobRow* last_of(const std::vector<messages::JobRow>& rows, Wanted wanted) {
    const auto found = std::find_if(rows.rbegin(), rows.rend(), wanted);
    return found == rows.rend() ? nullptr : &*found;
}

inline auto is_called(std::string_view name) {
    return [name](const messages::JobRow& row) { return row.name == name; };
}

/// By itself.
inline auto has_completed(std::string_view name) {
    return [name](const messages::JobRow& row) {
        return row.name == name && row.status != messages::JobStatus::canceled;
    };
}

/// Which of the rows of jobs that ended go, in this order: the oldest of whoever has most of them, so that nobody loses his by what
/// others ask for. How a job ended last stays to be seen, however many were canceled since.
[[nodiscard]] std::vector<const messages::JobRow*> in_order_of_removal(
    const std::vector<messages::JobRow>& rows
);

/// The birth of a vault, which a job that never ran counts from.
[[nodiscard]] Instant first_time(const messages::View& view);

}  // namespace rookery::jobs
