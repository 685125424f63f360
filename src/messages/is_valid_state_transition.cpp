#include "messages/is_valid_state_transition.hpp"

#include "pipeline/show.hpp"
#include "rules/table_rules.hpp"

#include <algorithm>

namespace rookery::messages {
namespace {

/// As an Update takes it: the status is one of the state's, and the table's rules let the row get there.
bool is_valid(const IsValidStateTransition& asked, const storage::Row& row) {
    const auto& statuses = row.table->column("statuscode")->options;
    const auto fits = [&](const schema::Option& status) {
        return status.value == asked.status && status.state == asked.state;
    };
    if (std::ranges::none_of(statuses, fits)) return false;
    const auto rule = rules_of(*row.table).may_take_status;
    return rule == nullptr || rule(row, asked.status);
}

}  // namespace

MessageFacts IsValidStateTransition::facts() const {
    return {
        "IsValidStateTransition",
        audit::Action::retrieve,
        named_by(target),
        Cost::few_rows,
        Stores::nothing_new,
        OnBehalf::may};
}

Result<void> IsValidStateTransition::check_texts() const { return {}; }

access::Decision IsValidStateTransition::admit(const Asker& asker) const {
    return asker.decide(*target.table, schema::Right::read);
}

Judged<IsValidStateTransition::Plan> IsValidStateTransition::plan(PlanBuilder& builder) const {
    ROOKERY_TRY(auto row, builder.reading.live(target, schema::Right::read));
    Selection selection;
    selection.columns = {target.table->column("statecode")};
    return Plan::judge(builder, step_to_show(std::move(row), selection));
}

Result<MessageReply::Body> IsValidStateTransition::execute(PlanBuilder& builder, Plan plan) const {
    const auto& row = *plan.what().row;
    builder.record(retrieve_event(builder, row, {}, plan.decision()));
    return StateTransitionReply{is_valid(*this, row)};
}

}  // namespace rookery::messages
