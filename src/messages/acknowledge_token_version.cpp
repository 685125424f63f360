#include "messages/acknowledge_token_version.hpp"

#include "messages/version_choice.hpp"
#include "pipeline/needs.hpp"

namespace rookery::messages {

MessageFacts AcknowledgeTokenVersion::facts() const {
    return {
        acknowledge_token_version_name,
        audit::Action::retrieve,
        named_by(target),
        Cost::few_rows,
        Stores::nothing_new};
}

Result<void> AcknowledgeTokenVersion::check_texts() const { return {}; }

access::Decision AcknowledgeTokenVersion::admit(const Asker& asker) const {
    return asker.decide(*target.table, schema::Right::read);
}

Judged<AcknowledgeTokenVersion::Plan> AcknowledgeTokenVersion::plan(PlanBuilder& builder) const {
    ROOKERY_TRY(auto row, builder.reading.live(target, schema::Right::read));
    ROOKERY_TRY(const auto history, read_history(builder, row));
    Step<ShowRow> step;
    step.table = row->table;
    step.id = row->id;
    add_need(step.needs, schema::Right::read, *row);
    const auto known = choose_version(history, number, builder.services.tokens, builder.now);
    if (!known) step.deferred_error = known.error();
    step.what = {std::move(row)};
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
