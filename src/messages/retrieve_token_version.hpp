// rky_RetrieveTokenVersion: one version of a record's tokens, decided as the record itself is: a version is shown in clear
// to whoever may now see the record's own tokens so, one record at a time, and to nobody else. An agent moves on: once
// the grace time after a rotation is over it gets the current version alone.
#pragma once

#include "messages/token_version_reply.hpp"
#include "messages/version_choice.hpp"
#include "pipeline/authorized.hpp"

namespace rookery::messages {

struct TokenVersionPlan {
    Authorized<ShowRow> record;
    TokenHistory history;
};

/// Errc::not_found (choose_version), access_denied for an agent and a version whose grace time is over, record_inactive
/// for what would be shown in clear.
struct RetrieveTokenVersion {
    Target target;
    VersionChoice version = VersionLabel::current;
    Selection selection;  // of the sealed columns; empty: all of them
    Preconditions preconditions = {};

    using Plan = TokenVersionPlan;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
