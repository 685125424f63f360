// What the messages that ask about rights share: rky_RetrieveWhoCan, rky_RetrieveAccessOf and rky_ExplainAccess.
// Nothing is computed here that the pipeline does not decide by.
#pragma once

#include "messages/explain_reply.hpp"
#include "pipeline/authorized.hpp"

namespace rookery::messages {

/// What others may do is for whoever reads the log; what he may do himself anybody may ask.
[[nodiscard]] access::Needs needs_to_ask_about(const std::optional<Uuid>& user, const Uuid& caller);

/// The credentials of a user that still open something, as many as an answer lists.
[[nodiscard]] Result<LiveCredentials> live_credentials(
    const PlanBuilder& builder, const Uuid& user
);

/// Asking about rights is reviewing: it is on the log like reading the log.
[[nodiscard]] audit::Event asked_event(
    const PlanBuilder& builder, const access::Decision& decision
);

/// The user that was asked about.
void add_subject(audit::Event& event, const Uuid& user);

/// The record, whoever may read it: for those who may know of all.
[[nodiscard]] Result<RowPtr> record_of(PlanBuilder& builder, const Target& target);

}  // namespace rookery::messages
