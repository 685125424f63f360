// The part of Service that answers a $batch. Its parts outside change sets are answered as if they had come one after the
// other on this connection: each has its share, its place among those of its sender, its decision, its entries and its
// receipt. A change set is planned by a worker and becomes one Pending, whose receipt has a part for each of its own.
//
// Between two items the thread goes to others, and a client that has gone away ends the batch.
#include "http/fair_scheduler_slot.hpp"
#include "http/kept_queries_of.hpp"
#include "http/multipart_answer.hpp"
#include "http/request_errors.hpp"
#include "http/service.hpp"
#include "odata/read_batch.hpp"
#include "odata/render.hpp"
#include "odata/response/error_body.hpp"
#include "odata/response/response_headers.hpp"
#include "vault/attempts.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <deque>
#include <typeinfo>
#include <utility>
#include <variant>

// See service.cpp.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace rookery::http {
namespace {

namespace asio = boost::asio;

constexpr int failed_from = 400;

/// Of a failed part that was told when to come again: so is who looks at the whole answer alone.
std::string_view retry_after_of(const Response& response) {
    constexpr std::string_view name = "\r\nRetry-After: ";
    const std::string_view lines = response.header_lines;
    const auto at = lines.find(name);
    if (at == std::string_view::npos) return {};
    const auto value = lines.substr(at + name.size());
    return value.substr(0, value.find('\r'));
}

}  // namespace

/// What a batch gets of one of its items.
struct Service::PartAnswer {
    Response response;  // of an operation, and of a change set that failed
    std::optional<MultipartAnswer> change_set;
    std::string content_id;
    std::string request_id;

    [[nodiscard]] bool failed() const { return !change_set && response.status >= failed_from; }
};

/// A change set on its way. What was understood of its parts stays when it is planned again.
struct Service::ChangeSetRun {
    struct Part {
        Part(odata::PartRequest given, const Service& service)
            : asked(std::move(given)), exchange(service.exchange_of(asked.request)) {}

        Part(const Part&) = delete;
        Part& operator=(const Part&) = delete;

        odata::PartRequest asked;
        Exchange exchange;
        bool parsed = false;
    };

    const odata::batch::Item& item;
    messages::WorkBudget work;  // of all parts together
    std::deque<Part> parts;
    odata::ContentIds ids;
    std::size_t failed = 0;  // the position of the part that ended it
    std::optional<messages::Refused> refused;
    bool reveals = false;  // it was refused, and goes to the log before it is answered
};

asio::awaitable<Response> Service::answer_batch(Exchange& exchange, const Inside& inside) {
    auto share = take_share(exchange);
    if (exchange.sender.denied) {
        co_return co_await refusals_.answer(exchange, *exchange.sender.denied);
    }
    if (!share) co_return co_await refusals_.answer(exchange, std::move(share).error());
    const auto batch = odata::read_batch(exchange.request, exchange.context);
    if (!batch) co_return co_await refusals_.answer(exchange, batch.error());

    MultipartAnswer answers{MultipartAnswer::of_batch, Uuid::random(vault_.random())};
    Response out;
    odata::add_common_headers(out, exchange.context);
    out.set("Content-Type", answers.content_type());
    for (const auto& item : batch->items) {
        if (exchange.work.abandoned()) {
            co_return co_await refusals_.answer(exchange, messages::nobody_waits());
        }
        PartAnswer one;
        const bool last = inside.wanted_out();
        if (last) {
            one.response = odata::render_error(exchange.context, closing());
        } else {
            co_await answer_item(item, exchange, one);
        }
        out.delay = std::max(out.delay, one.response.delay);
        if (one.change_set) {
            answers.add(*one.change_set);
        } else {
            const auto id = one.failed() ? std::string_view{one.request_id} : std::string_view{};
            answers.add(one.response, one.content_id, id);
        }
        // In place of what the one answer held: all of them are in memory until the last is sent.
        one.response.held.reset();
        out.held.reset();
        out.held = answers_.hold(exchange.sender.caller.sender(), answers.size());
        if (last || (one.failed() && !batch->continue_on_error)) {
            out.status = one.response.status;
            const auto retry = retry_after_of(one.response);
            if (!retry.empty()) out.set("Retry-After", retry);
            break;
        }
        const auto executor = co_await asio::this_coro::executor;
        co_await asio::post(executor, asio::use_awaitable);
    }
    out.body = std::move(answers).take_body();
    co_return out;
}

asio::awaitable<void> Service::answer_item(
    const odata::batch::Item& item, Exchange& batch, PartAnswer& out
) {
    if (!item.change_set) {
        co_await answer_part(item.parts.front(), batch, out);
        co_return;
    }
    out.request_id = to_string(batch.info.correlation);
    batch.on_record = false;  // what was before it in the batch is its own matter
    if (full()) {
        out.response = refusals_.on_full_disk(batch);
        co_return;
    }
    ChangeSetRun run{
        item,
        messages::WorkBudget{messages::WorkBudget::units_max, batch.request.peer.gone},
        {},
        {},
        0,
        {},
        false};
    try {
        auto work = answer_change_set(run, batch, out);
        out.response = co_await on_workers(std::move(work), batch);
        co_return;
    } catch (const std::exception& error) {
        if (batch.on_record) throw;
        log(std::string{"a change set ended in an exception: "} + typeid(error).name());
    }
    out.change_set.reset();
    out.response = co_await refusals_.answer(batch, unexpected());
}

asio::awaitable<void> Service::answer_part(
    const odata::batch::Part& part, const Exchange& batch, PartAnswer& out
) {
    auto asked = odata::request_of(part, batch.request, batch.context.version, nullptr);
    asked.request.proof = batch.request.proof;
    if (!asked.request.proof) {
        asked.request.proof = std::make_shared<const identity::Proof>(batch.proof);
    }
    auto exchange = exchange_of(asked.request);
    exchange.of_batch = true;
    out.content_id = part.content_id;
    out.request_id = to_string(exchange.info.correlation);
    if (full()) {
        out.response = refusals_.on_full_disk(exchange);
    } else if (exchange.sender.refusal) {
        out.response = co_await refusals_.login(exchange);
    } else if (asked.refusal) {
        out.response = co_await refusals_.answer(exchange, *asked.refusal);
    } else {
        out.response = co_await answer_known(exchange);
    }
}

asio::awaitable<Response> Service::answer_change_set(
    ChangeSetRun& run, Exchange& batch, PartAnswer& out
) {
    const auto& user = batch.sender.caller.sender();
    if (!answers_.has_room(user) || !answers_.has_room()) {
        co_return co_await refusals_.answer(batch, too_many_answers());
    }
    messages::Attempts attempts{vault_.ledger(), run.work};
    while (attempts.next()) {
        if (run.work.abandoned()) {
            attempts.end();
            co_return co_await refusals_.answer(batch, messages::nobody_waits());
        }
        // What came before it in the batch is done, and the newest state decides.
        batch.view = vault_.view();
        batch.sender = sender_of(batch.proof, batch.request, batch.view);
        auto pending = plan_change_set(run, batch);
        if (!pending) {
            attempts.end();
            co_return co_await refuse_change_set(run, out);
        }
        auto result = vault_.ledger().commit(std::move(*pending), attempts.since());
        if (!attempts.lost(result)) {
            co_return answer_change_set_with(run, batch, std::move(result), out);
        }
    }
    co_return co_await refusals_.answer(batch, ledger::lost_races());
}

/// As its part is refused outside: nothing of the set was done.
asio::awaitable<Response> Service::refuse_change_set(ChangeSetRun& run, PartAnswer& out) {
    auto& part = run.parts[run.failed];
    out.content_id = run.item.parts[run.failed].content_id;
    out.request_id = to_string(part.exchange.info.correlation);
    if (part.exchange.sender.refusal) co_return co_await refusals_.login(part.exchange);
    co_return co_await refusals_.answer(part.exchange, std::move(*run.refused));
}

/// What goes to the log: the set as a whole, or a refusal that is on the log before it is answered (run.reveals). Nothing when
/// it is refused otherwise: run.failed and run.refused say which part was, and why.
std::optional<ledger::Pending> Service::plan_change_set(ChangeSetRun& run, const Exchange& batch) {
    messages::ChangeSet set{vault_.pipeline(), batch.view};
    run.reveals = false;
    const auto proof = std::make_shared<const identity::Proof>(batch.proof);
    for (std::size_t i = 0; i < run.item.parts.size(); ++i) {
        run.failed = i;
        if (i == run.parts.size()) {
            auto asked = odata::request_of(
                run.item.parts[i], batch.request, batch.context.version, &run.ids
            );
            asked.request.proof = proof;
            run.parts.emplace_back(std::move(asked), *this);
        }
        auto& exchange = run.parts[i].exchange;
        // Who asks is decided by what those before it leave, too, and each part may name another user to act for.
        exchange.view = set.view();
        exchange.sender = sender_of(batch.proof, exchange.request, set.view());
        if (exchange.sender.refusal) {
            run.refused = vault_.pipeline().refuse(
                exchange.view,
                exchange.sender.caller,
                messages::Message{messages::Rejected{}},
                exchange.info,
                *exchange.sender.refusal
            );
        } else {
            run.refused = add_to_change_set(set, run, i);
        }
        if (!run.refused) continue;
        run.refused = std::move(set).refuse(std::move(*run.refused));
        run.reveals = run.refused->reveals();
        if (!run.reveals) return std::nullopt;
        return std::move(*run.refused).pending();
    }
    return std::move(set).join();
}

std::optional<messages::Refused> Service::add_to_change_set(
    messages::ChangeSet& set, ChangeSetRun& run, std::size_t position
) {
    auto& part = run.parts[position];
    auto& exchange = part.exchange;
    const auto& caller = exchange.sender.caller;
    const auto refuse = [&](Error error) {
        return vault_.pipeline().refuse(
            exchange.view, caller, exchange.message, exchange.info, std::move(error)
        );
    };
    if (exchange.sender.denied) return refuse(*exchange.sender.denied);
    if (part.asked.refusal) return refuse(*part.asked.refusal);
    if (!part.parsed) {
        if (auto share = take_share(exchange); !share) return refuse(std::move(share).error());
        const auto admits = [&](const messages::Message& shape) {
            return vault_.pipeline().admits(exchange.view, caller, shape);
        };
        auto parsed = odata::parse_part(
            exchange.request,
            options_.root,
            admits,
            exchange.info.correlation,
            &run.ids,
            kept_queries_of(exchange.view, caller)
        );
        exchange.context = std::move(parsed.context);
        exchange.message = std::move(parsed.message);
        // Without its input it is refused by the same view, and never a part of the set.
        if (parsed.rejected_before_body) {
            auto planned = vault_.pipeline().plan_or_refuse(
                exchange.view, caller, exchange.message, exchange.info, run.work
            );
            if (auto* refused = std::get_if<messages::Refused>(&planned)) {
                return std::move(*refused);
            }
            return refuse(unexpected());
        }
        const auto& content_id = run.item.parts[position].content_id;
        if (!content_id.empty()) {
            auto entity = odata::entity_of(exchange.message, exchange.context, vault_.random());
            if (!entity.empty()) run.ids.set(content_id, std::move(entity));
        }
        part.parsed = true;
        WipedBuffer{}.swap(part.asked.request.body);
    }
    return set.add(caller, exchange.message, exchange.info, run.work);
}

Response Service::answer_change_set_with(
    ChangeSetRun& run, Exchange& batch, ledger::CommitResult result, PartAnswer& out
) {
    auto receipt = ledger::receipt_of(std::move(result));
    if (!receipt) return odata::render_error(batch.context, receipt.error());
    batch.on_record = true;
    if (run.reveals) {
        auto& exchange = run.parts[run.failed].exchange;
        exchange.on_record = true;
        out.content_id = run.item.parts[run.failed].content_id;
        out.request_id = to_string(exchange.info.correlation);
        return odata::render(exchange.context, std::move(*receipt));
    }
    auto receipts = std::move(*receipt).parts();
    out.change_set.emplace(MultipartAnswer::of_change_set, Uuid::random(vault_.random()));
    for (std::size_t i = 0; i < receipts.size(); ++i) {
        const auto response = odata::render(run.parts[i].exchange.context, std::move(receipts[i]));
        out.change_set->add(response, run.item.parts[i].content_id, {});
    }
    return {};
}

}  // namespace rookery::http
