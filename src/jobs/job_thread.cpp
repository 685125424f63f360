#include "jobs/job_thread.hpp"

#include <chrono>
#include <exception>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <utility>

namespace rookery::jobs {
namespace {

using namespace std::chrono_literals;

void lower_priority() {
    constexpr int nice = 10;
    const auto thread = static_cast<id_t>(::syscall(SYS_gettid));
    (void)::setpriority(PRIO_PROCESS, thread, nice);  // Linux: of this thread alone
}

}  // namespace

JobThread::JobThread(std::unique_ptr<JobRunner> runner)
    : runner_(std::move(runner)), thread_([this] { run(); }) {}

JobThread::~JobThread() {
    runner_->stop();
    {
        const MutexLock lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void JobThread::run() {
    lower_priority();
    std::chrono::nanoseconds pause{0};
    while (!rest(pause)) {
        try {
            pause = runner_->turn();
        } catch (const std::exception&) {
            pause = 1s;  // memory is exhausted: what is thrown ends a turn, not the server
        }
    }
    try {
        runner_->keep();
    } catch (const std::exception&) {  // the same, and what was not kept is done again
    }
}

/// Whether it is over.
bool JobThread::rest(std::chrono::nanoseconds how_long) {
    const auto until = std::chrono::steady_clock::now() + how_long;
    const MutexLock lock(mutex_);
    while (!stopping_) {
        if (lock.wait_until(changed_, until) == std::cv_status::timeout) break;
    }
    return stopping_;
}

}  // namespace rookery::jobs
