// Crowd and Inside: requests, and calls of the transport, that may use the vault. Whoever closes the vault waits until
// nobody is inside. Each is counted before it asks whether the vault is open, so that nobody comes in unseen.
#pragma once

#include "base/thread_annotations.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <utility>

namespace rookery::http {

class Crowd {
 public:
    /// Whether nobody is inside, for which it waits until `end`. Who comes in meanwhile counts too.
    [[nodiscard]] bool emptied(std::chrono::steady_clock::time_point end) {
        awaited_ = true;
        const MutexLock lock(mutex_);
        while (count_ > 0) {
            if (lock.wait_until(changed_, end) == std::cv_status::timeout) break;
        }
        return count_ == 0;
    }

    void wait_until_emptied() {
        awaited_ = true;
        const MutexLock lock(mutex_);
        while (count_ > 0) lock.wait(changed_);
    }

 private:
    friend class Inside;

    void leave() {
        if (--count_ > 0 || !awaited_) return;
        const MutexLock lock(mutex_);  // whoever waits has not just looked
        changed_.notify_all();
    }

    std::atomic<std::size_t> count_{0};
    std::atomic<bool> awaited_{false};
    Mutex mutex_;
    std::condition_variable changed_;
};

class Inside {
 public:
    /// Counts nobody: for who knows by other means that the vault stays open.
    Inside() = default;

    explicit Inside(Crowd& crowd) : crowd_(&crowd) { ++crowd.count_; }

    Inside(Inside&& other) noexcept : crowd_(std::exchange(other.crowd_, nullptr)) {}

    Inside& operator=(Inside&&) = delete;
    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;

    ~Inside() {
        if (crowd_ != nullptr) crowd_->leave();
    }

 private:
    Crowd* crowd_ = nullptr;
};

}  // namespace rookery::http
