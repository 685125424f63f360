// Service: request → answer, with the vault behind it. The stages of a request as one coroutine:
// identify → parse → plan → commit → render. It alone awaits the ledger.
//
// Made by Server; the transport calls it from every I/O thread. What the pipeline does runs in place,
// except for what scans or is large: that goes to the pool of workers, where users
// take turns.
#pragma once

#include <boost/asio/thread_pool.hpp>

#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "http/answer_budget.hpp"
#include "http/handler.hpp"
#include "http/limits.hpp"
#include "http/fair_scheduler.hpp"
#include "http/counted_event.hpp"
#include "http/request_rates.hpp"
#include "identity/authenticate.hpp"
#include "identity/entry_budget.hpp"
#include "vault/vault.hpp"
#include "odata/parse.hpp"
#include "odata/request/service_root.hpp"

namespace rookery::http {

class Service final : public Handler {
 public:
    struct Options {
        odata::ServiceRoot root;
        Limits limits;
        std::size_t worker_threads = 1;
        std::function<void(std::string_view)> log = {};
        identity::EntryBudget::Options login_failures = {};
    };

    /// `vault` outlives it.
    Service(messages::Vault& vault, Options options);
    ~Service() override;

    /// Errc::unauthenticated or user_disabled.
    [[nodiscard]] Result<void> admit(const Request& head) override;

    /// Throws only what could not be put on the log.
    [[nodiscard]] boost::asio::awaitable<Response> handle(const Request& request) override;

    /// On the log as far as the sender's budget goes, or else counted, so that nobody floods it.
    [[nodiscard]] boost::asio::awaitable<Response> refuse(
        const Request& request, Error error
    ) override;

    /// Puts what was counted in a minute that is over on the log.
    void tick() override;
    void log(std::string_view what) noexcept override;

    /// After the transport has ended: puts what was counted on the log and ends the workers.
    void close();

 private:
    /// One request on its way; lives in the frame of `handle` or `refuse`.
    struct Job {
        const Request& request;
        messages::RequestInfo info;
        odata::RenderContext context;
        messages::View view;
        identity::Identified sender;
        messages::WorkBudget work;
        messages::Message message = {};  // Rejected until it is parsed
        bool on_record = false;          // an entry says how it ended, or a count does
    };

    /// Where a request waits for the ledger: an I/O thread goes on with others, a worker stands still,
    /// so that no more requests hold many rows at once than there are workers.
    enum class At : std::uint8_t { io_thread, worker };

    /// Of one kind of event; shared with waits on the ledger that nobody awaits.
    struct Budget {
        Counted what;
        std::shared_ptr<identity::EntryBudget> entries;
    };

    [[nodiscard]] std::array<const Budget*, 2> budgets() const {
        return {&failed_logins_, &refusals_};
    }

    [[nodiscard]] Job job_of(const Request& request) const;
    /// Errc::rate_limited when the sender has made all the requests that he may for now.
    [[nodiscard]] Result<void> take_share(Job& job);
    [[nodiscard]] boost::asio::awaitable<Response> answer(Job& job, At at);
    [[nodiscard]] boost::asio::awaitable<Response> execute(Job& job, At at);
    /// Whether the budget only counts it; otherwise the caller puts it on the log.
    [[nodiscard]] bool counts(const Budget& budget, Job& job, const Error& error);
    [[nodiscard]] static ByteView source_of(const Job& job);
    [[nodiscard]] bool full() const;
    [[nodiscard]] Response refuse_full(Job& job);
    [[nodiscard]] boost::asio::awaitable<Response> refuse_login(Job& job);
    [[nodiscard]] boost::asio::awaitable<Response> refuse_before_body(Job& job);
    [[nodiscard]] boost::asio::awaitable<Response> conclude(Job& job, Error error);
    [[nodiscard]] boost::asio::awaitable<Response> conclude(Job& job, messages::Refused refused);
    [[nodiscard]] boost::asio::awaitable<Response> record(Job& job, messages::Refused refused);
    [[nodiscard]] boost::asio::awaitable<Response> on_workers(
        boost::asio::awaitable<Response> work, Job& job
    );
    [[nodiscard]] Response health(std::string_view target) const;

    messages::Vault& vault_;
    const Options options_;
    AnswerBudget answers_;
    RequestRates rates_;
    RequestRates refusal_pace_;
    const Budget failed_logins_;
    const Budget refusals_;
    std::atomic<std::size_t> requests_{0};
    Turns turns_;
    boost::asio::thread_pool workers_;
};

}  // namespace rookery::http
