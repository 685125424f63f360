// Waiting for the ledger in a coroutine. The wait is never cancelled: the ledger ends it, and the
// coroutine goes on on its own executor.
#pragma once

#include "ledger/ledger.hpp"

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <memory>
#include <utility>

namespace rookery::http {

/// Brings the result from the ledger's thread to the coroutine's. The coroutine's own work guard
/// keeps its event loop running until then.
template <class Resume>
class ResumeOnCommit final : public ledger::Waiter {
 public:
    explicit ResumeOnCommit(Resume resume) : resume_(std::move(resume)) {}

    void done(ledger::CommitResult result) noexcept override {
        auto executor = boost::asio::get_associated_executor(resume_);
        boost::asio::post(
            executor,
            [resume = std::move(resume_), held = std::move(result)]() mutable {
                std::move(resume)(std::move(held));
            }
        );
    }

 private:
    Resume resume_;
};

struct BeginCommit {
    template <class Resume>
    void operator()(
        Resume&& resume, ledger::Ledger* ledger, ledger::Pending pending,
        ledger::Ledger::Since since
    ) const {
        using Waiter = ResumeOnCommit<std::decay_t<Resume>>;
        const auto executor = boost::asio::get_associated_executor(resume);
        const auto flush = ledger->commit(
            std::move(pending), std::make_unique<Waiter>(std::forward<Resume>(resume)), since
        );
        if (flush == ledger::Ledger::Flush::not_owed) return;
        // After the other connections of this event loop that are ready: they share the batch.
        boost::asio::post(executor, [ledger] { ledger->flush(); });
    }
};

/// co_await commit_async(ledger, std::move(pending), since): what the ledger makes of it.
[[nodiscard]] inline boost::asio::awaitable<ledger::CommitResult> commit_async(
    ledger::Ledger& ledger, ledger::Pending pending,
    ledger::Ledger::Since since = std::chrono::steady_clock::now()
) {
    using boost::asio::use_awaitable_t;
    return boost::asio::async_initiate<const use_awaitable_t<>, void(ledger::CommitResult)>(
        BeginCommit{}, boost::asio::use_awaitable, &ledger, std::move(pending), since
    );
}

}  // namespace rookery::http
