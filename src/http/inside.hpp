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
        const Waiting waiting(waiting_);
        const MutexLock lock(mutex_);
        while (count_ > 0) {
            if (lock.wait_until(changed_, end) == std::cv_status::timeout) break;
        }
        return count_ == 0;
    }

    void wait_until_emptied() {
        const Waiting waiting(waiting_);
        const MutexLock lock(mutex_);
        while (count_ > 0) lock.wait(changed_);
    }

 private:
    friend class Inside;

    /// Before the count is looked at, and until it need not be looked at any more.
    class Waiting {
     public:
        explicit Waiting(std::atomic<std::size_t>& number) : number_(number) { ++number_; }

        ~Waiting() { --number_; }

        Waiting(const Waiting&) = delete;
        Waiting& operator=(const Waiting&) = delete;

     private:
        std::atomic<std::size_t>& number_;
    };

    void leave() {
        if (--count_ > 0 || waiting_ == 0) return;
        const MutexLock lock(mutex_);  // whoever waits has not just looked
        changed_.notify_all();
    }

    std::atomic<std::size_t> count_{0};
    std::atomic<std::size_t> waiting_{0};  // who waits until nobody is inside
    Mutex mutex_;
    std::condition_variable changed_;
};

class Inside {
 public:
    /// Counts nobody: for who knows by other means that the vault stays open.
    Inside() = default;

    explicit Inside(Crowd& crowd) : crowd_(&crowd) { ++crowd.count_; }

    Inside(Inside&& other) noexcept : crowd_(std::exchange(other.crowd_, nullptr)) {}

    /// Somebody waits until nobody is inside: what takes long ends early.
    [[nodiscard]] bool wanted_out() const { return crowd_ != nullptr && crowd_->waiting_ > 0; }

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
