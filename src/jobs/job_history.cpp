#include "jobs/job_history.hpp"

#include "audit/log_reader.hpp"

#include <chrono>

namespace rookery::jobs {

Instant first_time(const messages::View& view) {
    const auto reader = audit::LogReader::open(view.store(), nullptr);
    if (!reader) return Instant{};
    const auto leaf = reader->leaf(0);
    return leaf ? std::chrono::floor<std::chrono::seconds>(leaf->time) : Instant{};
}

}  // namespace rookery::jobs
