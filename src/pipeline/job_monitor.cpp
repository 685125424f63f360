#include "pipeline/job_monitor.hpp"

#include <algorithm>
#include <utility>

namespace rookery::messages {

void JobMonitor::offer(const std::vector<std::string>& names) {
    const MutexLock lock(mutex_);
    jobs_.clear();
    for (const auto& name : names) {
        JobState state;
        state.name = name;
        jobs_.push_back(std::move(state));
    }
}

bool JobMonitor::knows(std::string_view name) const {
    const MutexLock lock(mutex_);
    return std::ranges::find(jobs_, name, &JobState::name) != jobs_.end();
}

std::vector<JobState> JobMonitor::state() const {
    const MutexLock lock(mutex_);
    return jobs_;
}

void JobMonitor::now(
    std::string_view name, const Uuid& id, JobStatus status, const JobProgress& progress
) {
    const MutexLock lock(mutex_);
    auto* job = find(name);
    if (job == nullptr) return;
    job->id = id;
    job->status = status;
    job->progress = progress;
}

void JobMonitor::next_start(std::string_view name, std::optional<Instant> when) {
    const MutexLock lock(mutex_);
    if (auto* job = find(name)) job->next_start = when;
}

void JobMonitor::last_completed(std::string_view name, std::optional<Instant> when) {
    const MutexLock lock(mutex_);
    if (auto* job = find(name)) job->last_completed = when;
}

JobState* JobMonitor::find(std::string_view name) {
    const auto found = std::ranges::find(jobs_, name, &JobState::name);
    return found == jobs_.end() ? nullptr : &*found;
}

}  // namespace rookery::messages
