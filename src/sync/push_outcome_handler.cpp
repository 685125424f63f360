#include "sync/push_outcome_handler.hpp"

#include "pipeline/push_code.hpp"
#include "sync/backoff.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace rookery::sync {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

/// After this many failures that may pass, a record is parked for the operator to see.
constexpr unsigned tries_max = 10;

messages::PushFailed failure_of(const PushResult& result, const Payload* payload, bool parks) {
    messages::PushFailed out;
    out.operation = result.operation;
    out.status = result.status;
    out.code = result.code;
    out.missing_privilege = result.missing_privilege;
    out.parks = parks;
    if (payload != nullptr) {
        out.columns = result.operation == PushOperation::create ? payload->create_columns
                                                                : payload->update_columns;
    }
    return out;
}

}  // namespace

PushDisposition PushOutcomeHandler::handle(
    const QueueItem& item, const PushResult& result, const Payload* payload
) {
    auto waiting = item;
    waiting.outcome_unknown = item.outcome_unknown || result.outcome_unknown;
    const auto now = clock_.now();
    switch (result.ending) {
        case Ending::done:
            return pushed(item, result, payload);
        case Ending::refused:
        case Ending::referenced_missing:
            return park(waiting, result, payload);
        case Ending::later: {
            if (++waiting.failures >= tries_max) return park(waiting, result, payload);
            failed(item, result, payload);
            const auto wait = backoff(waiting.failures, random_);
            queue_.delayed(waiting, now + std::max<milliseconds>(result.wait.value_or(0s), wait));
            return PushDisposition::waits;
        }
        case Ending::pause: {
            failed(item, result, payload);
            // A record that breaks the connection each time goes behind the others.
            if (waiting.outcome_unknown) ++waiting.failures;
            const auto wait =
                waiting.outcome_unknown ? backoff(waiting.failures, random_) : milliseconds{0};
            queue_.delayed(waiting, now + wait);
            pause_.begin(result.why, result.wait);
            return PushDisposition::waits;
        }
        case Ending::interrupted:
            break;
    }
    queue_.delayed(waiting, now);
    return PushDisposition::waits;
}

PushDisposition PushOutcomeHandler::contradicted(const QueueItem& item, PushOperation operation) {
    PushResult result;
    result.operation = operation;
    result.code = messages::push_code::internal;
    return park(item, result, nullptr);
}

PushDisposition PushOutcomeHandler::held_up(const QueueItem& item, const Error& error) {
    const auto now = clock_.now();
    switch (error.code) {
        case Errc::unavailable:  // it kept changing
        case Errc::deadline:
            queue_.delayed(item, now + 1s);
            break;
        case Errc::integrity:
            queue_.delayed(item, now + 1min);
            break;
        default:
            queue_.delayed(item, now);
            if (!monitor_.stopping()) pause_.begin("this vault: " + error.message);
    }
    return PushDisposition::waits;
}

PushDisposition PushOutcomeHandler::pushed(
    const QueueItem& item, const PushResult& result, const Payload* payload
) {
    pause_.forget_troubles();
    messages::Pushed outcome;
    outcome.operation = result.operation;
    outcome.status = result.status;
    outcome.owner_left_out = payload != nullptr && payload->owner_left_out;
    if (result.operation == PushOperation::remove) {
        created_records_.remove(item.entry.record);
    } else {
        created_records_.add(item.entry.record);
    }
    // Counted first: whoever finds nothing due any more finds it counted.
    monitor_.succeeded(clock_.now(), outcome.owner_left_out);
    if (const auto told = vault_.complete(item.entry, outcome); !told) {
        return held_up(item, told.error());  // pushed again: that does no harm
    }
    queue_.finished(item.entry.record);
    return PushDisposition::finished;
}

PushDisposition PushOutcomeHandler::park(
    const QueueItem& item, const PushResult& result, const Payload* payload
) {
    pause_.forget_troubles();  // it answers, and only this record does not go over
    monitor_.failed(result.code);
    const auto told = vault_.complete(item.entry, failure_of(result, payload, true));
    if (!told) return held_up(item, told.error());
    if (item.outcome_unknown) {  // its next version still has to read first
        auto resting = item;
        resting.failures = 0;
        queue_.delayed(resting, clock_.now());
    } else {
        queue_.finished(item.entry.record);
    }
    return PushDisposition::finished;
}

void PushOutcomeHandler::failed(
    const QueueItem& item, const PushResult& result, const Payload* payload
) {
    monitor_.failed(result.code);
    const auto told = vault_.complete(item.entry, failure_of(result, payload, false));
    (void)told;  // when the log cannot be written the server ends
}

}  // namespace rookery::sync
