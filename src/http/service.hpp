// Service: request → answer, with the vault behind it. The stages of a request as one coroutine:
// prove → admit → parse → plan → commit → render, and for what is refused, refusals.hpp. These two alone
// await the ledger. A $batch is proved once; its parts then go the same way one after the other, and a change set goes it
// as one (answer_batch.cpp).
//
// Made by Server; the transport calls it from every I/O thread. What the pipeline does runs in place,
// except for what scans or is large: that goes to the pool of workers, where users
// take turns.
#pragma once

#include "http/answer_budget.hpp"
#include "http/exchange.hpp"
#include "http/fair_scheduler.hpp"
#include "http/handler.hpp"
#include "http/inside.hpp"
#include "http/limits.hpp"
#include "http/refusals.hpp"
#include "http/request_rates.hpp"
#include "identity/authenticate.hpp"
#include "identity/entry_budget.hpp"
#include "messages/change_set.hpp"
#include "odata/batch/batch.hpp"
#include "odata/parse.hpp"
#include "odata/request/service_root.hpp"
#include "vault/vault.hpp"

#include <boost/asio/thread_pool.hpp>

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>

namespace rookery::http {

class Service final : public Handler {
 public:
    struct Options {
        odata::ServiceRoot root;
        Limits limits;
        std::size_t worker_threads = 1;
        std::function<void(std::string_view)> log = {};
        identity::EntryBudget::Options login_failures = {};
        std::span<const identity::CredentialKind> credentials = identity::credential_kinds;
    };

    /// `vault` outlives it.
    Service(messages::Vault& vault, Options options);
    ~Service() override;

    /// Errc::unauthenticated or user_disabled. What the head proved stays with the request.
    [[nodiscard]] Result<void> admit(Request& head) override;

    /// Throws only what could not be put on the log. `inside` lasts as long as the vault is used.
    [[nodiscard]] boost::asio::awaitable<Response> handle(const Request& request, Inside inside);

    [[nodiscard]] boost::asio::awaitable<Response> handle(const Request& request) override {
        return handle(request, Inside{});
    }

    /// On the log as far as the sender's budget goes, or else counted, so that nobody floods it.
    [[nodiscard]] boost::asio::awaitable<Response> refuse(
        const Request& request, Error error, Inside inside
    );

    [[nodiscard]] boost::asio::awaitable<Response> refuse(const Request& request, Error error)
        override {
        return refuse(request, std::move(error), Inside{});
    }

    /// Puts what was counted in a minute that is over on the log.
    void tick() override;
    void log(std::string_view what) noexcept override;

    /// After the transport has ended: puts what was counted on the log and ends the workers.
    void close();

 private:
    /// Where a request waits for the ledger: an I/O thread goes on with others, a worker stands still,
    /// so that no more requests hold many rows at once than there are workers.
    enum class At : std::uint8_t { io_thread, worker };

    [[nodiscard]] Exchange exchange_of(const Request& request) const;
    [[nodiscard]] identity::Proof proof_of(const Request& request, const messages::View& view)
        const;
    /// With whom he acts for.
    [[nodiscard]] identity::Sender sender_of(
        const identity::Proof& proof, const Request& request, const messages::View& view
    ) const;
    /// Errc::rate_limited when the sender has made all the requests that he may for now, too_many_requests when he does
    /// not take his answers.
    [[nodiscard]] Result<void> take_share(Exchange& exchange);
    /// Of a sender who may act.
    [[nodiscard]] boost::asio::awaitable<Response> answer_known(Exchange& exchange);
    [[nodiscard]] boost::asio::awaitable<Response> answer(Exchange& exchange, At at);
    [[nodiscard]] boost::asio::awaitable<Response> execute(Exchange& exchange, At at);
    /// With the reply of what is on the log, or the ledger's error.
    [[nodiscard]] Response answer_with(Exchange& exchange, ledger::CommitResult result);
    [[nodiscard]] bool full() const;
    [[nodiscard]] bool may_seal(const Exchange& exchange) const;
    [[nodiscard]] boost::asio::awaitable<Response> refuse_before_body(Exchange& exchange);
    [[nodiscard]] boost::asio::awaitable<Response> on_workers(
        boost::asio::awaitable<Response> work, Exchange& exchange
    );
    [[nodiscard]] Response health(std::string_view target) const;

    // answer_batch.cpp
    struct PartAnswer;
    struct ChangeSetRun;
    [[nodiscard]] boost::asio::awaitable<Response> answer_batch(
        Exchange& exchange, const Inside& inside
    );
    [[nodiscard]] boost::asio::awaitable<void> answer_item(
        const odata::batch::Item& item, Exchange& batch, PartAnswer& out
    );
    [[nodiscard]] boost::asio::awaitable<void> answer_part(
        const odata::batch::Part& part, const Exchange& batch, PartAnswer& out
    );
    [[nodiscard]] boost::asio::awaitable<Response> answer_change_set(
        ChangeSetRun& run, Exchange& batch, PartAnswer& out
    );
    [[nodiscard]] boost::asio::awaitable<Response> refuse_change_set(
        ChangeSetRun& run, PartAnswer& out
    );
    [[nodiscard]] std::optional<ledger::Pending> plan_change_set(
        ChangeSetRun& run, const Exchange& batch
    );
    [[nodiscard]] std::optional<messages::Refused> add_to_change_set(
        messages::ChangeSet& set, ChangeSetRun& run, std::size_t position
    );
    [[nodiscard]] Response answer_change_set_with(
        ChangeSetRun& run, Exchange& batch, ledger::CommitResult result, PartAnswer& out
    );

    messages::Vault& vault_;
    const Options options_;
    AnswerBudget answers_;
    RequestRates rates_;
    Refusals refusals_;
    std::atomic<std::size_t> requests_{0};
    FairScheduler scheduler_;
    boost::asio::thread_pool workers_;
};

}  // namespace rookery::http
