#include "jobs/job_history.hpp"

#include "audit/log_reader.hpp"

#include <chrono>
#include <map>

namespace rookery::jobs {

std::vector<const messages::JobRow*> in_order_of_removal(const std::vector<messages::JobRow>& rows
) {
    std::vector<const messages::JobRow*> left;
    std::map<Uuid, std::size_t> of_user;
    for (const auto& row : rows) {
        if (last_of(rows, has_completed(row.name)) == &row) continue;
        left.push_back(&row);
        ++of_user[row.created_by];
    }
    std::vector<const messages::JobRow*> out;
    while (!left.empty()) {
        std::size_t most = 0;
        for (const auto& [user, count] : of_user) most = std::max(most, count);
        const auto oldest = std::ranges::find_if(left, [&](const messages::JobRow* row) {
            return of_user.at(row->created_by) == most;
        });
        --of_user.at((*oldest)->created_by);
        out.push_back(*oldest);
        left.erase(oldest);
    }
    return out;
}

Instant first_time(const messages::View& view) {
    const auto reader = audit::LogReader::open(view.store(), nullptr);
    if (!reader) return Instant{};
    const auto leaf = reader->leaf(0);
    return leaf ? std::chrono::floor<std::chrono::seconds>(leaf->time) : Instant{};
}

}  // namespace rookery::jobs
