// A request's slot in the fair scheduler: its place among those for the workers, and its turn while it
// has it. Lives in the frame of the coroutine that waits.
#pragma once

#include "base/uuid.hpp"
#include "http/fair_scheduler.hpp"

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <memory>
#include <type_traits>
#include <utility>

namespace rookery::http {

class FairScheduler::Slot {
 public:
    Slot(FairScheduler& scheduler, const Uuid& caller)
        : scheduler_(scheduler), caller_(caller), entry_(scheduler.enter(caller)) {}

    ~Slot() {
        if (has_turn_) scheduler_.end(caller_);
        if (entry_ == Entry::entered) scheduler_.leave(caller_);
    }

    Slot(const Slot&) = delete;
    Slot& operator=(const Slot&) = delete;

    [[nodiscard]] Entry entry() const { return entry_; }

    /// Goes on, on the coroutine's own executor, once it is the caller's turn.
    [[nodiscard]] boost::asio::awaitable<void> turn() {
        co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void()>(
            Begin{}, boost::asio::use_awaitable, &scheduler_, caller_
        );
        has_turn_ = true;
    }

 private:
    struct Begin {
        template <class Resume>
        void operator()(Resume&& resume, FairScheduler* scheduler, const Uuid& caller) const {
            auto held = std::make_shared<std::decay_t<Resume>>(std::forward<Resume>(resume));
            scheduler->begin(caller, [held] {
                boost::asio::post(boost::asio::get_associated_executor(*held), [held] {
                    std::move (*held)();
                });
            });
        }
    };

    FairScheduler& scheduler_;
    const Uuid caller_;
    const Entry entry_;
    bool has_turn_ = false;
};

}  // namespace rookery::http
