#include "http/fair_scheduler.hpp"

#include <algorithm>
#include <utility>

namespace rookery::http {

FairScheduler::FairScheduler(Limits limits)
    : limits_(limits), per_caller_max_(std::max<std::size_t>(limits.workers, 2) - 1) {}

FairScheduler::Entry FairScheduler::enter(const Uuid& caller) {
    const std::lock_guard lock{mutex_};
    if (requests_ >= limits_.requests_max) return Entry::too_many;
    auto& entry = callers_[caller];
    if (entry.requests >= limits_.requests_per_caller_max) return Entry::too_many_of_caller;
    ++entry.requests;
    ++requests_;
    return Entry::entered;
}

void FairScheduler::leave(const Uuid& caller) {
    const std::lock_guard lock{mutex_};
    const auto found = callers_.find(caller);
    --requests_;
    if (--found->second.requests > 0) return;
    std::erase(round_, caller);  // a request that ends without its turn does not wait for one
    callers_.erase(found);
}

void FairScheduler::begin(const Uuid& caller, std::function<void()> go) {
    {
        const std::lock_guard lock{mutex_};
        auto& waiting = callers_[caller].waiting;
        if (waiting.empty()) round_.push_back(caller);
        waiting.push_back(std::move(go));
    }
    start_next();
}

void FairScheduler::end(const Uuid& caller) {
    {
        const std::lock_guard lock{mutex_};
        --callers_[caller].running;
        --running_;
    }
    start_next();
}

void FairScheduler::start_next() {
    while (auto go = take_next()) go();
}

/// Null when no worker is free, or only for callers who have their share.
std::function<void()> FairScheduler::take_next() {
    const std::lock_guard lock{mutex_};
    if (running_ >= limits_.workers) return {};
    const auto next = std::ranges::find_if(round_, [&](const Uuid& caller) {
        return callers_[caller].running < per_caller_max_;
    });
    if (next == round_.end()) return {};
    const auto caller = *next;
    round_.erase(next);
    auto& entry = callers_[caller];
    auto go = std::move(entry.waiting.front());
    entry.waiting.pop_front();
    if (!entry.waiting.empty()) round_.push_back(caller);
    ++entry.running;
    ++running_;
    return go;
}

}  // namespace rookery::http
