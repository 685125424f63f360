// Pipeline: Message → Pending. The variant is visited here alone; the way of each message, in the order it is
// decided, is carry_out.hpp's: admit → plan, each step judged → execute → judge the effect. Plain functions: nothing here
// waits or writes; thread-safe.
#pragma once

#include "access/caller.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "ledger/pending.hpp"
#include "messages/message.hpp"
#include "pipeline/refused.hpp"
#include "pipeline/services.hpp"
#include "pipeline/view.hpp"
#include "pipeline/work_budget.hpp"

namespace rookery::messages {

/// What the message says of itself.
[[nodiscard]] MessageFacts facts_of(const Message& message);

class Pipeline {
 public:
    /// `services` outlives it.
    explicit Pipeline(const Services& services) : services_(services) {}

    /// Never fails: a refusal, a missing row and an error are Pendings with their event and their
    /// ErrorReply. `message` is unchanged and can be planned again, with the same `work`.
    [[nodiscard]] ledger::Pending plan(
        const View& view, const access::Caller& caller, const Message& message,
        const RequestInfo& info, WorkBudget& work
    ) const;

    /// The same for who may answer a refusal without waiting for the log.
    [[nodiscard]] Planned plan_or_refuse(
        const View& view, const access::Caller& caller, const Message& message,
        const RequestInfo& info, WorkBudget& work
    ) const;

    /// Whether the caller may do this to any row at all, which needs no input: what plan asks first.
    [[nodiscard]] bool admits(
        const View& view, const access::Caller& caller, const Message& message
    ) const;

    /// For a request whose caller could not be proved, and for one that lost its race too often.
    [[nodiscard]] Refused refuse(
        const View& view, const access::Caller& caller, const Message& message,
        const RequestInfo& info, Error error
    ) const;

 private:
    const Services& services_;
};

}  // namespace rookery::messages
