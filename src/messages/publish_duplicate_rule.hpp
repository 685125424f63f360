// PublishDuplicateRule: from now on the rule says which rows are duplicates, for everybody who asks for detection. Nothing has to
// be prepared for that: it is published with the message, and the job whose id is answered has succeeded by then.
#pragma once

#include "messages/start_job.hpp"
#include "pipeline/authorized.hpp"

namespace rookery::messages {

/// What publishing and its end take besides Write on the rule.
[[nodiscard]] access::Needs needs_to_publish();

/// One that is published already stays so. Errc: rule_empty for a rule without a condition, rule_full and rules_full beyond what
/// a rule and a table may have, too_many_requests while far more rows of jobs than are kept wait for their removal.
struct PublishDuplicateRule {
    Uuid rule;

    using Plan = AuthorizedChanges;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

/// The step that gives the rule this state.
[[nodiscard]] Result<Step<Change>> step_to_set_published(
    PlanBuilder& builder, RowPtr rule, bool published
);

}  // namespace rookery::messages
