// Refusals: how a request that is refused is answered, and what of it goes on the log. A refusal is an
// entry of its own within a budget for each user, and for each place that unauthenticated clients come from;
// beyond it, it is answered without waiting for the log, counted, and put on it as one entry a minute.
//
// Used by Service from every I/O thread and worker. Thread-safe.
#pragma once

#include "base/http_message.hpp"
#include "base/result.hpp"
#include "http/counted_event.hpp"
#include "http/exchange.hpp"
#include "http/limits.hpp"
#include "http/request_rates.hpp"
#include "identity/entry_budget.hpp"
#include "pipeline/refused.hpp"
#include "vault/vault.hpp"

#include <boost/asio/awaitable.hpp>

#include <array>
#include <cstddef>
#include <memory>

namespace rookery::http {

class Refusals {
 public:
    /// `vault` and `limits` outlive it.
    Refusals(
        messages::Vault& vault, const Limits& limits, identity::EntryBudget::Options login_failures
    );

    /// Of a sender who may not act: Exchange::sender has the refusal.
    [[nodiscard]] boost::asio::awaitable<Response> login(Exchange& exchange);
    /// Of a sender who may, for this reason.
    [[nodiscard]] boost::asio::awaitable<Response> answer(Exchange& exchange, Error error);
    [[nodiscard]] boost::asio::awaitable<Response> answer(
        Exchange& exchange, messages::Refused refused
    );
    /// While nothing can be written: counted only.
    [[nodiscard]] Response on_full_disk(Exchange& exchange);

    /// Puts what was counted in minutes that are over on the log; does not wait.
    void put_due();
    /// Puts all that was counted on the log and waits. How many entries could not be written.
    [[nodiscard]] std::size_t put_rest();

 private:
    /// Of one kind of event; shared with waits on the ledger that nobody awaits.
    struct Budget {
        Counted what;
        std::shared_ptr<identity::EntryBudget> entries;
    };

    [[nodiscard]] std::array<const Budget*, 2> budgets() const {
        return {&failed_logins_, &refusals_};
    }

    /// Whether the budget only counts it; otherwise the caller puts it on the log.
    [[nodiscard]] bool counts(const Budget& budget, Exchange& exchange, const Error& error);
    [[nodiscard]] boost::asio::awaitable<Response> record(
        Exchange& exchange, messages::Refused refused
    );

    messages::Vault& vault_;
    const Limits& limits_;
    RequestRates pace_;
    const Budget failed_logins_;
    const Budget refusals_;
};

}  // namespace rookery::http
