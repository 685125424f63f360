#include "http/service.hpp"

#include "audit/cbor.hpp"
#include "http/commit_async.hpp"
#include "http/fair_scheduler_slot.hpp"
#include "http/health_paths.hpp"
#include "http/kept_queries_of.hpp"
#include "http/request_errors.hpp"
#include "identity/login_source.hpp"
#include "odata/metadata/model.hpp"
#include "odata/read_batch.hpp"
#include "odata/render.hpp"
#include "odata/request/impersonation.hpp"
#include "odata/request/request_headers.hpp"
#include "odata/response/error_body.hpp"
#include "pipeline/scarce_space.hpp"
#include "vault/attempts.hpp"
#include "vault/slot_acts.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <chrono>
#include <malloc.h>
#include <optional>
#include <typeinfo>
#include <utility>
#include <variant>

// GCC 12 inlines one half of a coroutine frame's operator new and delete and then takes the two for
// strangers (false alarm in boost/asio/impl/awaitable.hpp).
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace rookery::http {
namespace {

namespace asio = boost::asio;

constexpr std::size_t body_in_place_max = 64U << 10;  // larger ones are parsed by a worker
constexpr std::size_t user_agent_max = 256;

class Counting {
 public:
    explicit Counting(std::atomic<std::size_t>& counter)
        : counter_(counter), before_(counter.fetch_add(1)) {}

    ~Counting() { --counter_; }

    Counting(const Counting&) = delete;
    Counting& operator=(const Counting&) = delete;

    [[nodiscard]] bool within(std::size_t most) const { return before_ < most; }

 private:
    std::atomic<std::size_t>& counter_;
    std::size_t before_;
};

/// Longer than a connection's thread should be away.
bool scans(const messages::Message& message) {
    return messages::facts_of(message).cost == messages::Cost::many_rows;
}

}  // namespace

Service::Service(messages::Vault& vault, Options options)
    : vault_(vault),
      options_(std::move(options)),
      answers_(options_.limits.answers_bytes_max),
      rates_({options_.limits.caller_requests_max, options_.limits.caller_requests_window}),
      refusals_(vault_, options_.limits, options_.login_failures),
      scheduler_(
          {std::max<std::size_t>(options_.worker_threads, 1),
           options_.limits.worker_requests_max,
           options_.limits.worker_requests_per_caller_max}
      ),
      workers_(std::max<std::size_t>(options_.worker_threads, 1)) {
    // Made once: now, and not while the first request waits.
    static_cast<void>(odata::metadata::model());
}

Service::~Service() { workers_.join(); }

Result<void> Service::admit(Request& head) {
    const auto view = vault_.view();
    auto proof = proof_of(head, view);
    auto sender = identity::admit(proof, view.facts(), vault_.clock().now());
    head.proof = std::make_shared<const identity::Proof>(std::move(proof));
    if (sender.refusal) return fail(std::move(*sender.refusal));
    return {};
}

/// What a request has proved when its body was announced is not proved again.
identity::Proof Service::proof_of(const Request& request, const messages::View& view) const {
    if (request.proof) return *static_cast<const identity::Proof*>(request.proof.get());
    return identity::prove(request, view.facts(), view.keys().credentials, options_.credentials);
}

identity::Sender Service::sender_of(
    const identity::Proof& proof, const Request& request, const messages::View& view
) const {
    auto sender = identity::admit(proof, view.facts(), vault_.clock().now());
    if (sender.refusal) return sender;
    return identity::impersonate(
        std::move(sender), odata::read_impersonation(request), view.facts()
    );
}

Exchange Service::exchange_of(const Request& request) const {
    messages::RequestInfo info;
    info.correlation = Uuid::random(vault_.random());
    info.client_request_id = odata::id_of_client(request, odata::client_request_id_header);
    if (const auto* const agent = request.header("User-Agent")) {
        info.user_agent = audit::utf8_prefix(*agent, user_agent_max);
    }
    info.source_address = request.peer.address;
    info.source_port = request.peer.port;
    info.tls_version = request.peer.tls_version;

    odata::RenderContext context;
    context.origin = {options_.root, request};
    context.request_id = info.correlation;
    context.client_request_id = info.client_request_id;
    context.correlation_id = odata::id_of_client(request, odata::correlation_id_header);

    auto view = vault_.view();
    auto proof = proof_of(request, view);
    auto sender = sender_of(proof, request, view);
    return {
        request,
        std::move(info),
        std::move(context),
        std::move(view),
        std::move(proof),
        std::move(sender),
        messages::WorkBudget{messages::WorkBudget::units_max, request.peer.gone}};
}

asio::awaitable<Response> Service::handle(const Request& request, Inside inside) {
    // Under any name: what asks for health may know an address alone.
    const auto path = odata::path_and_query(request.target);
    if (path == lives_path || path == ready_path) co_return health(path);
    const Counting counting{requests_};
    auto exchange = exchange_of(request);
    if (full()) {
        if (!may_seal(exchange)) co_return refusals_.on_full_disk(exchange);
        // The end of this opening, like any other: its last entries are what the reserve is for.
        vault_.space().make_room_to_end();
    }
    if (exchange.sender.refusal) co_return co_await refusals_.login(exchange);
    if (!counting.within(options_.limits.requests_max)) {
        co_return odata::render_error(exchange.context, too_busy());
    }
    if (odata::is_batch(request)) co_return co_await answer_batch(exchange, inside);
    co_return co_await answer_known(exchange);
}

/// What is thrown is a bug or exhausted memory, and no reason to leave no trace: the failure is on the log like any
/// other. Only what cannot be recorded either ends the connection.
asio::awaitable<Response> Service::answer_known(Exchange& exchange) {
    try {
        auto share = take_share(exchange);
        if (exchange.sender.denied) {
            co_return co_await refusals_.answer(exchange, *exchange.sender.denied);
        }
        if (!share) co_return co_await refusals_.answer(exchange, std::move(share).error());
        if (exchange.request.body.size() <= body_in_place_max) {
            co_return co_await answer(exchange, At::io_thread);
        }
        auto work = answer(exchange, At::worker);
        co_return co_await on_workers(std::move(work), exchange);
    } catch (const std::exception& error) {
        if (exchange.on_record) throw;
        log(std::string{"a request ended in an exception: "} + typeid(error).name());
    }
    co_return co_await refusals_.answer(exchange, unexpected());
}

/// Parses only now that the sender is known: unauthenticated URLs and bodies cost nothing.
asio::awaitable<Response> Service::answer(Exchange& exchange, At at) {
    const auto admits = [&](const messages::Message& shape) {
        return vault_.pipeline().admits(exchange.view, exchange.sender.caller, shape);
    };
    const auto queries = kept_queries_of(exchange.view, exchange.sender.caller);
    const auto& id = exchange.info.correlation;
    const auto& root = options_.root;
    auto parsed = exchange.of_batch
                      ? odata::parse_part(exchange.request, root, admits, id, nullptr, queries)
                      : odata::parse(exchange.request, root, admits, id, queries);
    exchange.context = std::move(parsed.context);
    exchange.message = std::move(parsed.message);
    if (parsed.rejected_before_body) co_return co_await refuse_before_body(exchange);
    if (scans(exchange.message) && at == At::io_thread) {
        auto work = execute(exchange, At::worker);
        co_return co_await on_workers(std::move(work), exchange);
    }
    co_return co_await execute(exchange, at);
}

asio::awaitable<Response> Service::execute(Exchange& exchange, At at) {
    // It may have waited for a worker, and others have made their answers meanwhile.
    const bool room = answers_.has_room(exchange.sender.caller.sender()) && answers_.has_room();
    if (at == At::worker && !room)
        co_return co_await refusals_.answer(exchange, too_many_answers());
    const auto& pipeline = vault_.pipeline();
    messages::Attempts attempts{vault_.ledger(), exchange.work};
    while (attempts.next()) {
        // What waited for its turn may not be wanted any more.
        if (at == At::worker && exchange.work.abandoned()) {
            attempts.end();
            co_return co_await refusals_.answer(exchange, messages::nobody_waits());
        }
        auto planned = pipeline.plan_or_refuse(
            exchange.view, exchange.sender.caller, exchange.message, exchange.info, exchange.work
        );
        auto* const refused = std::get_if<messages::Refused>(&planned);
        if (refused != nullptr && !refused->reveals()) {
            attempts.end();
            co_return co_await refusals_.answer(exchange, std::move(*refused));
        }
        auto pending = refused != nullptr ? std::move(*refused).pending()
                                          : std::get<ledger::Pending>(std::move(planned));
        std::optional<ledger::CommitResult> result;
        if (at == At::worker) {
            result = vault_.ledger().commit(std::move(pending), attempts.since());
        } else {
            result = co_await commit_async(vault_.ledger(), std::move(pending), attempts.since());
        }
        if (!attempts.lost(*result)) {
            // An act on the slots blocks, and is always a worker's.
            auto done = messages::finish_slot_act(vault_, exchange.message, std::move(*result));
            co_return answer_with(exchange, std::move(done));
        }
        // The newest state decides anew, and who asks is part of it.
        exchange.view = vault_.view();
        exchange.sender = sender_of(exchange.proof, exchange.request, exchange.view);
        if (exchange.sender.refusal) {
            attempts.end();
            co_return co_await refusals_.login(exchange);
        }
        if (exchange.sender.denied) {
            attempts.end();
            co_return co_await refusals_.answer(exchange, *exchange.sender.denied);
        }
    }
    co_return co_await refusals_.answer(exchange, ledger::lost_races());
}

Response Service::answer_with(Exchange& exchange, ledger::CommitResult result) {
    auto receipt = ledger::receipt_of(std::move(result));
    if (!receipt) return odata::render_error(exchange.context, receipt.error());
    exchange.on_record = true;
    auto response = odata::render(exchange.context, std::move(*receipt));
    response.held = answers_.hold(exchange.sender.caller.sender(), response.body.size());
    return response;
}

asio::awaitable<Response> Service::refuse(const Request& request, Error error, Inside) {
    auto exchange = exchange_of(request);
    if (full()) co_return refusals_.on_full_disk(exchange);
    if (error.code == Errc::unauthenticated || error.code == Errc::user_disabled) {
        // `admit` refused; if the credential has become good since, the answer is still no.
        if (!exchange.sender.refusal) exchange.sender.refusal = std::move(error);
        co_return co_await refusals_.login(exchange);
    }
    if (exchange.sender.refusal) {
        // From nobody, and not understood: on the log within the bounds of failed logins.
        exchange.sender.refusal = std::move(error);
        co_return co_await refusals_.login(exchange);
    }
    auto& caller = exchange.sender.caller;
    if (exchange.sender.denied && caller.delegate) {
        // Nothing tells that he may not act for the other: so the entry does not name the other.
        caller.user = *std::exchange(caller.delegate, std::nullopt);
    }
    co_return co_await refusals_.answer(exchange, std::move(error));
}

Result<void> Service::take_share(Exchange& exchange) {
    const auto wait =
        rates_.take(exchange.sender.caller.sender(), std::chrono::steady_clock::now());
    if (wait) {
        exchange.context.retry_after = *wait;
        return fail(too_many_in_window(options_.limits));
    }
    if (!answers_.has_room(exchange.sender.caller.sender())) return fail(answers_not_taken());
    return {};
}

/// Nobody else is let through for it, who would write a refusal.
bool Service::may_seal(const Exchange& exchange) const {
    constexpr std::string_view seal_path = "/api/data/v9.2/rky_Seal";
    const auto& sender = exchange.sender;
    return !sender.refusal && !sender.denied && exchange.request.method == "POST" &&
           exchange.request.target == seal_path &&
           vault_.pipeline().admits(
               exchange.view, sender.caller, messages::Message{messages::Seal{}}
           );
}

bool Service::full() const { return vault_.space().level() == storage::SpaceLevel::none; }

/// The view that refused the message without its input refuses it again: it is never carried out.
asio::awaitable<Response> Service::refuse_before_body(Exchange& exchange) {
    auto planned = vault_.pipeline().plan_or_refuse(
        exchange.view, exchange.sender.caller, exchange.message, exchange.info, exchange.work
    );
    if (auto* const refused = std::get_if<messages::Refused>(&planned)) {
        co_return co_await refusals_.answer(exchange, std::move(*refused));
    }
    co_return co_await refusals_.answer(exchange, unexpected());
}

/// The turn is a worker: nobody who has it waits for another.
asio::awaitable<Response> Service::on_workers(asio::awaitable<Response> work, Exchange& exchange) {
    FairScheduler::Slot slot{scheduler_, exchange.sender.caller.sender()};
    if (slot.entry() == FairScheduler::Entry::too_many) {
        co_return odata::render_error(exchange.context, too_busy());
    }
    if (slot.entry() == FairScheduler::Entry::too_many_of_caller) {
        const auto most = options_.limits.worker_requests_per_caller_max;
        co_return co_await refusals_.answer(exchange, too_many_of_caller(most));
    }
    co_await slot.turn();
    co_return co_await asio::co_spawn(workers_, std::move(work), asio::use_awaitable);
}

Response Service::health(std::string_view target) const {
    Response response;
    response.set("Content-Type", "text/plain; charset=utf-8");
    response.set("Cache-Control", "no-store");
    std::string text = "ok\n";
    if (target == ready_path) {
        if (const auto healthy = vault_.ledger().health(); !healthy) {
            response.status = 503;
            text = healthy.error().message + "\n";
        } else if (full()) {
            response.status = 503;
            text = vault_.space().warning() + "\n";
        }
    }
    response.body.assign(text.begin(), text.end());
    return response;
}

void Service::tick() {
    vault_.space().look();
    // What a peak of large answers leaves behind goes back to the system.
    if (answers_.drained()) ::malloc_trim(0);
    if (full()) return;
    refusals_.put_due();
}

void Service::close() {
    workers_.join();
    // The ledger's thread may still be on its way out of these workers, or of a listener's loop.
    vault_.ledger().await_batch();
    vault_.space().make_room_to_end();
    for (auto lost = refusals_.put_rest(); lost > 0; --lost) {
        log("what was counted of refused requests could not be put on the log");
    }
}

void Service::log(std::string_view what) noexcept {
    if (options_.log) options_.log(what);
}

}  // namespace rookery::http
