// JobMonitor: between the runner of jobs and everybody else. The runner tells how it goes, by the step and not by
// the row, which is written seldom; the status shows it, and StartJob asks what can be started. Thread-safe.
#pragma once

#include "base/clock.hpp"
#include "base/thread_annotations.hpp"
#include "base/uuid.hpp"
#include "pipeline/job_progress.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::messages {

/// A job as it is now, or as its last run ended.
struct JobState {
    std::string name;
    Uuid id;  // of its row; nil: it never ran
    JobStatus status = JobStatus::waiting_for_resources;
    JobProgress progress;
    std::optional<Instant> next_start;  // by its schedule
    std::optional<Instant>
        last_completed;  // when one succeeded or failed; of one canceled nothing is known
};

class JobMonitor {
 public:
    JobMonitor() = default;
    JobMonitor(const JobMonitor&) = delete;
    JobMonitor& operator=(const JobMonitor&) = delete;

    [[nodiscard]] bool knows(std::string_view name) const;
    /// One for each name, in the order in which they were offered; nothing as long as no runner runs.
    [[nodiscard]] std::vector<JobState> state() const;

    // Told by the runner; first of all, what can be started here. A name that was not offered is nobody's.
    void offer(const std::vector<std::string>& names);
    void now(std::string_view name, const Uuid& id, JobStatus status, const JobProgress& progress);
    void next_start(std::string_view name, std::optional<Instant> when);
    void last_completed(std::string_view name, std::optional<Instant> when);

 private:
    JobState* find(std::string_view name) ROOKERY_REQUIRES(mutex_);

    mutable Mutex mutex_;
    std::vector<JobState> jobs_ ROOKERY_GUARDED_BY(mutex_);
};

}  // namespace rookery::messages
