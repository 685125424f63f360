#include "http/refusals.hpp"

#include "http/commit_async.hpp"
#include "http/request_errors.hpp"
#include "identity/login_source.hpp"
#include "odata/render.hpp"
#include "odata/response/error_body.hpp"
#include "pipeline/scarce_space.hpp"

#include <chrono>
#include <utility>
#include <variant>

// See service.cpp.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace rookery::http {
namespace {

namespace asio = boost::asio;

constexpr std::size_t users_refused_max = 4096;  // in a minute, told apart
constexpr std::chrono::seconds retry_when_full{60};

/// Told when an aggregate is on the log, or is not: then it is due again.
class AggregateLogged final : public ledger::Waiter {
 public:
    AggregateLogged(
        std::shared_ptr<identity::EntryBudget> budget, identity::EntryBudget::Aggregate aggregate
    )
        : budget_(std::move(budget)), aggregate_(std::move(aggregate)) {}

    void done(ledger::CommitResult result) noexcept override {
        if (std::holds_alternative<ledger::Receipt>(result)) return;
        budget_->put_back(std::move(aggregate_));
    }

 private:
    std::shared_ptr<identity::EntryBudget> budget_;
    identity::EntryBudget::Aggregate aggregate_;
};

/// Whose budget a request is on: a user's, or the place that an unauthenticated client comes from. A
/// credential that was proved but is refused (a disabled user's, say) has one of its own: others behind
/// the same address cannot hide it among their failures.
ByteView source_of(const Exchange& exchange) {
    const auto& caller = exchange.sender.caller;
    if (caller.user.is_nil()) return identity::login_source(exchange.request.peer.address);
    return exchange.sender.refusal ? caller.credential.view() : caller.sender().view();
}

}  // namespace

Refusals::Refusals(
    messages::Vault& vault, const Limits& limits, identity::EntryBudget::Options login_failures
)
    : vault_(vault),
      limits_(limits),
      pace_({limits.caller_refusals_per_second, std::chrono::seconds{1}}),
      failed_logins_{
          Counted::login_failures, std::make_shared<identity::EntryBudget>(login_failures)},
      refusals_{
          Counted::refusals,
          std::make_shared<identity::EntryBudget>(identity::EntryBudget::Options{
              limits.caller_refusals_logged_max, limits.refusals_logged_max, users_refused_max})} {}

asio::awaitable<Response> Refusals::login(Exchange& exchange) {
    auto error = *exchange.sender.refusal;
    if (counts(failed_logins_, exchange, error)) {
        co_return odata::render_error(exchange.context, error);
    }
    exchange.message = messages::Rejected{};
    auto refused = vault_.pipeline().refuse(
        exchange.view, exchange.sender.caller, exchange.message, exchange.info, std::move(error)
    );
    co_return co_await record(exchange, std::move(refused));
}

asio::awaitable<Response> Refusals::answer(Exchange& exchange, Error error) {
    auto refused = vault_.pipeline().refuse(
        exchange.view, exchange.sender.caller, exchange.message, exchange.info, std::move(error)
    );
    co_return co_await answer(exchange, std::move(refused));
}

/// Nothing was done and nothing is shown, so beyond what the user may put on the log the answer needs
/// no entry: the minute's aggregate tells of it. Without the log to wait for he would be answered as
/// fast as the machine can, and others would wait for him.
asio::awaitable<Response> Refusals::answer(Exchange& exchange, messages::Refused refused) {
    if (refused.error().code == Errc::no_space) exchange.context.retry_after = retry_when_full;
    // One that tells of rows is on the log as a list is.
    if (!refused.reveals() && counts(refusals_, exchange, refused.error())) {
        auto response = odata::render_error(exchange.context, refused.error());
        response.delay = pace_.pace(
            exchange.sender.caller.sender(),
            std::chrono::steady_clock::now(),
            limits_.refusal_delay_max
        );
        co_return response;
    }
    co_return co_await record(exchange, std::move(refused));
}

/// Everybody is told the same; the log has their number once there is space.
Response Refusals::on_full_disk(Exchange& exchange) {
    const auto& sender = exchange.sender;
    const auto& budget = sender.refusal ? failed_logins_ : refusals_;
    const auto code = sender.refusal ? sender.refusal->code : Errc::no_space;
    budget.entries->count(
        source_of(exchange), {code, sender.caller.fingerprint}, vault_.clock().now()
    );
    exchange.context.retry_after = retry_when_full;
    return odata::render_error(exchange.context, messages::out_of_space());
}

bool Refusals::counts(const Budget& budget, Exchange& exchange, const Error& error) {
    const identity::EntryBudget::Noted noted{error.code, exchange.sender.caller.fingerprint};
    const auto verdict = budget.entries->note(source_of(exchange), noted, vault_.clock().now());
    exchange.on_record = verdict == identity::EntryBudget::Verdict::count;
    return exchange.on_record;
}

/// Puts the refusal on the log, then answers with it.
asio::awaitable<Response> Refusals::record(Exchange& exchange, messages::Refused refused) {
    auto pending = std::move(refused).pending();
    auto receipt = ledger::receipt_of(co_await commit_async(vault_.ledger(), std::move(pending)));
    if (!receipt) co_return odata::render_error(exchange.context, receipt.error());
    exchange.on_record = true;
    co_return odata::render(exchange.context, std::move(*receipt));
}

void Refusals::put_due() {
    // What cannot be queued now is due again at the next tick.
    for (const auto* const budget : budgets()) {
        for (auto& aggregate : budget->entries->due(vault_.clock().now())) {
            auto pending = counted_event(vault_, budget->what, aggregate);
            auto waiter = std::make_unique<AggregateLogged>(budget->entries, std::move(aggregate));
            static_cast<void>(vault_.ledger().commit(std::move(pending), std::move(waiter)));
            vault_.ledger().flush();
        }
    }
}

std::size_t Refusals::put_rest() {
    std::size_t lost = 0;
    for (const auto* const budget : budgets()) {
        for (const auto& aggregate : budget->entries->all()) {
            const auto result =
                vault_.ledger().commit(counted_event(vault_, budget->what, aggregate));
            lost += std::holds_alternative<ledger::Receipt>(result) ? 0 : 1;
        }
    }
    return lost;
}

}  // namespace rookery::http
