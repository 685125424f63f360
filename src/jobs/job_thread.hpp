// JobThread: the one thread that jobs run on, at a lower priority than those that serve callers.
#pragma once

#include "base/thread_annotations.hpp"
#include "jobs/job_runner.hpp"

#include <condition_variable>
#include <memory>
#include <thread>

namespace rookery::jobs {

class JobThread {
 public:
    /// Runs when it returns.
    explicit JobThread(std::unique_ptr<JobRunner> runner);
    /// Ends the step in hand and any rest, writes down how far the job is, and waits for that.
    ~JobThread();
    JobThread(const JobThread&) = delete;
    JobThread& operator=(const JobThread&) = delete;

 private:
    void run();
    [[nodiscard]] bool rest(std::chrono::nanoseconds how_long) ROOKERY_EXCLUDES(mutex_);

    std::unique_ptr<JobRunner> runner_;
    Mutex mutex_;
    std::condition_variable changed_;
    bool stopping_ ROOKERY_GUARDED_BY(mutex_) = false;
    std::thread thread_;
};

}  // namespace rookery::jobs
