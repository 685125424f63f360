// KeyLeases: keeps a lease of uses ahead of the record KEK, by a thread of its own, so that nobody who seals waits for the
// keyring's file. A lease is written into the keyring of the present epoch: no key and no state changes, no request is
// stale, a backup of the keyring from before stays good, and the log says nothing of it.
#pragma once

#include "base/result.hpp"
#include "base/thread_annotations.hpp"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace rookery::messages {

/// Rung by whoever uses a key whose lease is low.
class LeaseBell {
 public:
    void ring() ROOKERY_EXCLUDES(mutex_);
    /// From now on wait() returns false.
    void stop() ROOKERY_EXCLUDES(mutex_);
    /// Until it rings, or that long at most if it is to be tried again. Whether to go on.
    [[nodiscard]] bool wait(bool again) ROOKERY_EXCLUDES(mutex_);

 private:
    Mutex mutex_;
    std::condition_variable changed_;
    bool rung_ ROOKERY_GUARDED_BY(mutex_) = false;
    bool stopping_ ROOKERY_GUARDED_BY(mutex_) = false;
};

class KeyLeases {
 public:
    static constexpr std::chrono::seconds again_after{1};

    /// `renew` writes a lease if one is needed.
    KeyLeases(std::shared_ptr<LeaseBell> bell, std::function<Result<void>()> renew);
    ~KeyLeases();
    KeyLeases(const KeyLeases&) = delete;
    KeyLeases& operator=(const KeyLeases&) = delete;

    /// For the status: why nothing will be sealed soon, if so.
    [[nodiscard]] std::vector<std::string> warnings() const ROOKERY_EXCLUDES(mutex_);

 private:
    void run();

    const std::shared_ptr<LeaseBell> bell_;
    const std::function<Result<void>()> renew_;
    mutable Mutex mutex_;
    std::string problem_ ROOKERY_GUARDED_BY(mutex_);
    std::thread thread_;
};

}  // namespace rookery::messages
