// Pipeline: Message → Pending. The way of every request, in the order it is decided:
// resolve → decide → execute → judge the effect. Plain functions: nothing here waits or writes; thread-safe.
#pragma once

#include "access/caller.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "ledger/pending.hpp"
#include "messages/message.hpp"
#include "messages/refused.hpp"
#include "messages/view.hpp"
#include "messages/work.hpp"

namespace rookery::messages {

class Vault;

class Pipeline {
 public:
    explicit Pipeline(const Vault& vault) : vault_(vault) {}

    /// Never fails: a refusal, a missing row and an error are Pendings with their event and their
    /// ErrorReply. `message` is unchanged and can be planned again, with the same `work`.
    [[nodiscard]] ledger::Pending plan(
        const View& view, const access::Caller& caller, const Message& message,
        const RequestInfo& info, Work& work
    ) const;

    /// The same for who may answer a refusal without waiting for the log.
    [[nodiscard]] Planned plan_or_refuse(
        const View& view, const access::Caller& caller, const Message& message,
        const RequestInfo& info, Work& work
    ) const;

    /// Whether the caller may do this to any row at all, which needs no input: what plan asks first.
    [[nodiscard]] bool admits(
        const View& view, const access::Caller& caller, const Message& message,
        const RequestInfo& info
    ) const;

    /// For a request whose caller could not be proved, and for one that lost its race too often.
    [[nodiscard]] Refused refuse(
        const View& view, const access::Caller& caller, const Message& message,
        const RequestInfo& info, Error error
    ) const;

 private:
    const Vault& vault_;
};

/// Dataverse's name of the message ("Retrieve", "Assign", "SetState"…), for the log.
[[nodiscard]] std::string_view name_of(const Message& message);

}  // namespace rookery::messages
