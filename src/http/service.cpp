#include "http/service.hpp"

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <malloc.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <typeinfo>
#include <utility>
#include <variant>

#include "audit/cbor.hpp"
#include "http/commit_async.hpp"
#include "identity/login_source.hpp"
#include "odata/response/error_body.hpp"
#include "pipeline/scarce_space.hpp"
#include "odata/render.hpp"
#include "odata/request/request_headers.hpp"

// GCC 12 inlines one half of a coroutine frame's operator new and delete and then takes the two for
// strangers (false alarm in boost/asio/impl/awaitable.hpp).
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace rookery::http {
namespace {

namespace asio = boost::asio;

constexpr int attempts_max = 4;  // the first and three more
constexpr std::size_t body_in_place_max = 64U << 10;  // larger ones are parsed by a worker
constexpr std::size_t user_agent_max = 256;
constexpr std::size_t users_refused_max = 4096;  // in a minute, told apart
constexpr std::chrono::seconds retry_when_full{60};
constexpr std::string_view lives_path = "/healthz";
constexpr std::string_view ready_path = "/readyz";

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

Error lost_races() {
    return {
        Errc::unavailable, "The request met too many concurrent changes.", "Try again."};
}

Error answers_not_taken() {
    return {
        Errc::too_many_requests, "Earlier answers to the same user were not taken yet.",
        "Read them, or close their connections."};
}

Error too_many_answers() {
    return {Errc::unavailable, "The server holds too many large answers.", "Try again later."};
}

Error unexpected() { return {Errc::internal, "a request ended in an exception", {}}; }

Error too_busy() {
    return {Errc::unavailable, "The server has too many requests.", "Try again later."};
}

Error too_many_of_caller(std::size_t most) {
    return {
        Errc::too_many_requests,
        "Number of concurrent requests exceeded the limit of " + std::to_string(most) + ".", {}};
}

Error too_many_in_window(const Limits& limits) {
    return {
        Errc::rate_limited,
        "Number of requests exceeded the limit of " + std::to_string(limits.caller_requests_max) +
            " over time window of " + std::to_string(limits.caller_requests_window.count()) +
            " seconds.",
        {}};
}

Error nobody_waits() {
    return {Errc::cancelled, "Nobody waits for the answer any more.", {}};
}

/// A request's place among those for the workers, and its turn while it has it.
class Place {
 public:
    Place(Turns& turns, const Uuid& caller)
        : turns_(turns), caller_(caller), entry_(turns.enter(caller)) {}

    ~Place() {
        if (has_turn_) turns_.end(caller_);
        if (entry_ == Turns::Entry::entered) turns_.leave(caller_);
    }

    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

    [[nodiscard]] Turns::Entry entry() const { return entry_; }

    /// Goes on, on the coroutine's own executor, once it is the caller's turn.
    [[nodiscard]] asio::awaitable<void> turn() {
        co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(
            Begin{}, asio::use_awaitable, &turns_, caller_
        );
        has_turn_ = true;
    }

 private:
    struct Begin {
        template <class Resume>
        void operator()(Resume&& resume, Turns* turns, const Uuid& caller) const {
            auto held = std::make_shared<std::decay_t<Resume>>(std::forward<Resume>(resume));
            turns->begin(caller, [held] {
                asio::post(asio::get_associated_executor(*held), [held] { std::move (*held)(); });
            });
        }
    };

    Turns& turns_;
    const Uuid caller_;
    const Turns::Entry entry_;
    bool has_turn_ = false;
};

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

}  // namespace

Service::Service(messages::Vault& vault, Options options)
    : vault_(vault),
      options_(std::move(options)),
      answers_(options_.limits.answers_bytes_max),
      rates_({options_.limits.caller_requests_max, options_.limits.caller_requests_window}),
      refusal_pace_({options_.limits.caller_refusals_per_second, std::chrono::seconds{1}}),
      failed_logins_{
          Counted::login_failures,
          std::make_shared<identity::EntryBudget>(options_.login_failures)},
      refusals_{
          Counted::refusals,
          std::make_shared<identity::EntryBudget>(identity::EntryBudget::Options{
              options_.limits.caller_refusals_logged_max, options_.limits.refusals_logged_max,
              users_refused_max})},
      turns_({
          std::max<std::size_t>(options_.worker_threads, 1), options_.limits.worker_requests_max,
          options_.limits.worker_requests_per_caller_max
      }),
      workers_(std::max<std::size_t>(options_.worker_threads, 1)) {}

Service::~Service() { workers_.join(); }

Result<void> Service::admit(const Request& head) {
    const auto view = vault_.view();
    auto caller =
        identity::authenticate(head, view.facts(), vault_.credentials(), vault_.clock().now());
    if (!caller) return fail(std::move(caller).error());
    return {};
}

Service::Job Service::job_of(const Request& request) const {
    messages::RequestInfo info;
    info.correlation = Uuid::random(vault_.random());
    info.client_request_id = odata::client_request_id(request);
    if (const auto* const agent = request.header("User-Agent")) {
        info.user_agent = audit::utf8_prefix(*agent, user_agent_max);
    }
    info.source_address = request.peer.address;
    info.source_port = request.peer.port;
    info.tls_version = request.peer.tls_version;

    odata::RenderContext context;
    context.root = &options_.root;
    context.request_id = info.correlation;
    context.client_request_id = info.client_request_id;

    auto view = vault_.view();
    auto sender = identity::identify(
        request, view.facts(), vault_.credentials(), vault_.clock().now()
    );
    return {
        request, std::move(info), std::move(context), std::move(view), std::move(sender),
        messages::WorkBudget{messages::WorkBudget::units_max, request.peer.gone}
    };
}

asio::awaitable<Response> Service::handle(const Request& request) {
    if (request.target == lives_path || request.target == ready_path) {
        co_return health(request.target);
    }
    const Counting counting{requests_};
    auto job = job_of(request);
    if (full()) co_return refuse_full(job);
    if (job.sender.refusal) co_return co_await refuse_login(job);
    if (!counting.within(options_.limits.requests_max)) {
        co_return odata::render_error(job.context, too_busy());
    }
    // What is thrown is a bug or exhausted memory, and no reason to leave no trace: the failure is on
    // the log like any other. Only what cannot be recorded either ends the connection.
    try {
        if (auto share = take_share(job); !share) {
            co_return co_await conclude(job, std::move(share).error());
        }
        if (!answers_.has_room(job.sender.caller.user)) {
            co_return co_await conclude(job, answers_not_taken());
        }
        if (request.body.size() <= body_in_place_max) {
            co_return co_await answer(job, At::io_thread);
        }
        auto work = answer(job, At::worker);
        co_return co_await on_workers(std::move(work), job);
    } catch (const std::exception& error) {
        if (job.on_record) throw;
        log(std::string{"a request ended in an exception: "} + typeid(error).name());
    }
    co_return co_await conclude(job, unexpected());
}

/// Parses only now that the sender is known: strangers' URLs and bodies cost nothing.
asio::awaitable<Response> Service::answer(Job& job, At at) {
    const auto admits = [&](const messages::Message& shape) {
        return vault_.pipeline().admits(job.view, job.sender.caller, shape);
    };
    auto parsed = odata::parse(job.request, options_.root, admits, job.info.correlation);
    job.context = std::move(parsed.context);
    job.message = std::move(parsed.message);
    if (parsed.rejected_before_body) co_return co_await refuse_before_body(job);
    if (scans(job.message) && at == At::io_thread) {
        auto work = execute(job, At::worker);
        co_return co_await on_workers(std::move(work), job);
    }
    co_return co_await execute(job, at);
}

asio::awaitable<Response> Service::execute(Job& job, At at) {
    // It may have waited for a worker, and others have made their answers meanwhile.
    const bool room = answers_.has_room(job.sender.caller.user) && answers_.has_room();
    if (at == At::worker && !room) co_return co_await conclude(job, too_many_answers());
    const auto since = std::chrono::steady_clock::now();
    const auto& pipeline = vault_.pipeline();
    for (int attempt = 1;; ++attempt) {
        // What waited for its turn may not be wanted any more.
        if (at == At::worker && job.work.abandoned()) {
            if (attempt > 1) vault_.ledger().withdraw(since);
            co_return co_await conclude(job, nobody_waits());
        }
        auto planned = pipeline.plan_or_refuse(
            job.view, job.sender.caller, job.message, job.info, job.work
        );
        if (auto* const refused = std::get_if<messages::Refused>(&planned)) {
            if (attempt > 1) vault_.ledger().withdraw(since);
            co_return co_await conclude(job, std::move(*refused));
        }
        auto pending = std::get<ledger::Pending>(std::move(planned));
        std::optional<ledger::CommitResult> result;
        if (at == At::worker) {
            result = vault_.ledger().commit(std::move(pending), since);
        } else {
            result = co_await commit_async(vault_.ledger(), std::move(pending), since);
        }
        if (auto* const receipt = std::get_if<ledger::Receipt>(&*result)) {
            job.on_record = true;
            auto response = odata::render(job.context, std::move(*receipt));
            response.held = answers_.hold(job.sender.caller.user, response.body.size());
            co_return response;
        }
        if (const auto* const error = std::get_if<Error>(&*result)) {
            co_return odata::render_error(job.context, *error);
        }
        // Stale: the newest state decides anew, and who asks is part of it.
        job.work.again();
        job.view = vault_.view();
        job.sender = identity::identify(
            job.request, job.view.facts(), vault_.credentials(), vault_.clock().now()
        );
        if (job.sender.refusal || attempt == attempts_max) vault_.ledger().withdraw(since);
        if (job.sender.refusal) co_return co_await refuse_login(job);
        if (attempt == attempts_max) co_return co_await conclude(job, lost_races());
    }
}

asio::awaitable<Response> Service::refuse(const Request& request, Error error) {
    auto job = job_of(request);
    if (full()) co_return refuse_full(job);
    if (error.code == Errc::unauthenticated || error.code == Errc::user_disabled) {
        // `admit` refused; if the credential has become good since, the answer is still no.
        if (!job.sender.refusal) job.sender.refusal = std::move(error);
        co_return co_await refuse_login(job);
    }
    if (job.sender.refusal) {
        // From nobody, and not understood: on the log within the bounds of failed logins.
        job.sender.refusal = std::move(error);
        co_return co_await refuse_login(job);
    }
    co_return co_await conclude(job, std::move(error));
}

Result<void> Service::take_share(Job& job) {
    const auto wait = rates_.take(job.sender.caller.user, std::chrono::steady_clock::now());
    if (!wait) return {};
    job.context.retry_after = *wait;
    return fail(too_many_in_window(options_.limits));
}

bool Service::full() const { return vault_.space().level() == storage::SpaceLevel::none; }

/// Nothing is written, so everybody is told the same; the log has their number once there is space.
Response Service::refuse_full(Job& job) {
    const auto& budget = job.sender.refusal ? failed_logins_ : refusals_;
    const auto code = job.sender.refusal ? job.sender.refusal->code : Errc::no_space;
    budget.entries->count(
        source_of(job), {code, job.sender.caller.fingerprint}, vault_.clock().now()
    );
    job.context.retry_after = retry_when_full;
    return odata::render_error(job.context, messages::out_of_space());
}

/// Whose budget a request is on: a user's, or the place that a stranger comes from. A credential whose
/// secret was proved but which is refused (a disabled user's, say) has one of its own: others behind
/// the same address cannot hide it among their failures.
ByteView Service::source_of(const Job& job) {
    const auto& caller = job.sender.caller;
    if (caller.user.is_nil()) return identity::login_source(job.request.peer.address);
    return job.sender.refusal ? caller.credential.view() : caller.user.view();
}

asio::awaitable<Response> Service::refuse_login(Job& job) {
    auto error = *job.sender.refusal;
    if (counts(failed_logins_, job, error)) {
        co_return odata::render_error(job.context, error);
    }
    job.message = messages::Rejected{};
    auto refused = vault_.pipeline().refuse(
        job.view, job.sender.caller, job.message, job.info, std::move(error)
    );
    co_return co_await record(job, std::move(refused));
}

bool Service::counts(const Budget& budget, Job& job, const Error& error) {
    const identity::EntryBudget::Noted noted{error.code, job.sender.caller.fingerprint};
    const auto verdict = budget.entries->note(source_of(job), noted, vault_.clock().now());
    job.on_record = verdict == identity::EntryBudget::Verdict::count;
    return job.on_record;
}

asio::awaitable<Response> Service::conclude(Job& job, Error error) {
    auto refused = vault_.pipeline().refuse(
        job.view, job.sender.caller, job.message, job.info, std::move(error)
    );
    co_return co_await conclude(job, std::move(refused));
}

/// Nothing was done and nothing is shown, so beyond what the user may put on the log the answer needs
/// no entry: the minute's aggregate tells of it. Without the log to wait for he would be answered as
/// fast as the machine can, and others would wait for him.
asio::awaitable<Response> Service::conclude(Job& job, messages::Refused refused) {
    if (refused.error().code == Errc::no_space) job.context.retry_after = retry_when_full;
    if (counts(refusals_, job, refused.error())) {
        auto response = odata::render_error(job.context, refused.error());
        response.delay = refusal_pace_.pace(
            job.sender.caller.user, std::chrono::steady_clock::now(),
            options_.limits.refusal_delay_max
        );
        co_return response;
    }
    co_return co_await record(job, std::move(refused));
}

/// Puts the refusal on the log, then answers with it.
asio::awaitable<Response> Service::record(Job& job, messages::Refused refused) {
    auto pending = std::move(refused).pending();
    auto result = co_await commit_async(vault_.ledger(), std::move(pending));
    if (auto* const receipt = std::get_if<ledger::Receipt>(&result)) {
        job.on_record = true;
        co_return odata::render(job.context, std::move(*receipt));
    }
    if (const auto* const failed = std::get_if<Error>(&result)) {
        co_return odata::render_error(job.context, *failed);
    }
    co_return odata::render_error(job.context, lost_races());
}

/// The view that refused the message without its input refuses it again: it is never carried out.
asio::awaitable<Response> Service::refuse_before_body(Job& job) {
    auto planned = vault_.pipeline().plan_or_refuse(
        job.view, job.sender.caller, job.message, job.info, job.work
    );
    if (auto* const refused = std::get_if<messages::Refused>(&planned)) {
        co_return co_await conclude(job, std::move(*refused));
    }
    co_return co_await conclude(job, unexpected());
}

/// The turn is a worker: nobody who has it waits for another.
asio::awaitable<Response> Service::on_workers(asio::awaitable<Response> work, Job& job) {
    Place place{turns_, job.sender.caller.user};
    if (place.entry() == Turns::Entry::too_many) {
        co_return odata::render_error(job.context, too_busy());
    }
    if (place.entry() == Turns::Entry::too_many_of_caller) {
        const auto most = options_.limits.worker_requests_per_caller_max;
        co_return co_await conclude(job, too_many_of_caller(most));
    }
    co_await place.turn();
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

void Service::close() {
    workers_.join();
    // The ledger's thread may still be on its way out of these workers, or of a listener's loop.
    vault_.ledger().await_batch();
    vault_.space().make_room_to_end();
    for (const auto* const budget : budgets()) {
        for (const auto& aggregate : budget->entries->all()) {
            auto pending = counted_event(vault_, budget->what, aggregate);
            const auto result = vault_.ledger().commit(std::move(pending));
            if (!std::holds_alternative<ledger::Receipt>(result)) {
                log("what was counted of refused requests could not be put on the log");
            }
        }
    }
}

void Service::log(std::string_view what) noexcept {
    if (options_.log) options_.log(what);
}

}  // namespace rookery::http
