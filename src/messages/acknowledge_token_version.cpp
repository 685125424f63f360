#include "messages/acknowledge_token_version.hpp"

#include "messages/row_planner.hpp"
#include "messages/version_choice.hpp"
#include "pipeline/show.hpp"

#include <algorithm>

namespace rookery::messages {
namespace {

Error no_holder() {
    return {
        Errc::access_denied,
        "A version is acknowledged by whoever may see the record's tokens in clear: who may not "
        "holds none.",
        {},
        {}};
}

bool sees_a_token(const access::Decision& decision) {
    return std::ranges::any_of(decision.columns(), [](const access::ColumnDecision& one) {
        return one.view == access::ColumnView::clear;
    });
}

}  // namespace

MessageFacts AcknowledgeTokenVersion::facts() const {
    return {
        acknowledge_token_version_name,
        audit::Action::retrieve,
        named_by(target),
        Cost::few_rows,
        Stores::nothing_new,
        OnBehalf::own_work};
}

Result<void> AcknowledgeTokenVersion::check_texts() const { return {}; }

access::Decision AcknowledgeTokenVersion::admit(const Asker& asker) const {
    return asker.decide(*target.table, schema::Right::read);
}

Judged<AcknowledgeTokenVersion::Plan> AcknowledgeTokenVersion::plan(PlanBuilder& builder) const {
    ROOKERY_TRY(auto row, builder.reading.live(target, schema::Right::read));
    ROOKERY_TRY(const auto history, read_history(builder, row));
    const auto same = check_version(preconditions, *row);
    // Asked as for a read of the record in clear: who has the tokens from elsewhere has no version of them to speak of.
    Selection in_clear;
    in_clear.unmasked = true;
    auto step = step_to_show(std::move(row), in_clear);
    const auto known = choose_version(history, number, builder.services.tokens, builder.now);
    if (!known) step.deferred_error = known.error();
    if (!same) step.deferred_error = same.error();
    if (!sees_a_token(builder.decide(step.needs))) step.deferred_error = no_holder();
    return Plan::judge(builder, std::move(step));
}

Result<MessageReply::Body> AcknowledgeTokenVersion::execute(PlanBuilder& builder, Plan plan) const {
    auto event = builder.event(audit::Action::retrieve, audit::Outcome::success);
    builder.about(event, *plan.what().row);
    event.release = audit::ReleaseMode::metadata;
    event.rule = builder.rule_of(plan.decision());
    event.extras = {{"token-version", std::uint64_t{number}}};
    builder.record(event);
    return NoContent{};
}

}  // namespace rookery::messages
