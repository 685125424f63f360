// Which mutex guards which member, in a form that clang checks (-Wthread-safety): a member that is touched
// without its mutex does not compile there. GCC sees nothing of it.
//
// The standard library's mutex is not annotated, so this one is used where members are guarded. A
// condition is waited for in a loop, not with a predicate: a lambda would be checked as a function of its
// own, which holds nothing.
//   const MutexLock lock(mutex_);
//   while (!closed_ && waiting_.empty()) lock.wait(changed_);
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

#if defined(__clang__)
#define ROOKERY_THREAD_ATTRIBUTE(...) __attribute__((__VA_ARGS__))
#else
#define ROOKERY_THREAD_ATTRIBUTE(...)
#endif

/// Of a member: read and written with this mutex held.
#define ROOKERY_GUARDED_BY(mutex) ROOKERY_THREAD_ATTRIBUTE(guarded_by(mutex))
/// Of a function: called with this mutex held.
#define ROOKERY_REQUIRES(...) ROOKERY_THREAD_ATTRIBUTE(requires_capability(__VA_ARGS__))
/// Of a function: called without this mutex, which it takes.
#define ROOKERY_EXCLUDES(...) ROOKERY_THREAD_ATTRIBUTE(locks_excluded(__VA_ARGS__))

namespace rookery {

/// std::mutex with a name that the annotations can use.
class ROOKERY_THREAD_ATTRIBUTE(capability("mutex")) Mutex {
 public:
    void lock() ROOKERY_THREAD_ATTRIBUTE(acquire_capability()) { mutex_.lock(); }

    void unlock() ROOKERY_THREAD_ATTRIBUTE(release_capability()) { mutex_.unlock(); }

 private:
    friend class MutexLock;
    std::mutex mutex_;
};

/// Holds a mutex to the end of its scope.
class ROOKERY_THREAD_ATTRIBUTE(scoped_lockable) MutexLock {
 public:
    explicit MutexLock(Mutex& mutex) ROOKERY_THREAD_ATTRIBUTE(acquire_capability(mutex))
        : lock_(mutex.mutex_) {}

    ~MutexLock() ROOKERY_THREAD_ATTRIBUTE(release_capability()) {}

    MutexLock(const MutexLock&) = delete;
    MutexLock& operator=(const MutexLock&) = delete;

    /// Lets the mutex go until somebody tells `changed`, or for no reason. The caller looks again.
    void wait(std::condition_variable& changed) const { changed.wait(lock_); }

    template <class Clock, class Duration>
    std::cv_status wait_until(
        std::condition_variable& changed, const std::chrono::time_point<Clock, Duration>& time
    ) const {
        return changed.wait_until(lock_, time);
    }

 private:
    mutable std::unique_lock<std::mutex> lock_;
};

}  // namespace rookery
