#include "messages/create.hpp"

#include "messages/apply_change.hpp"
#include "messages/row_planner.hpp"
#include "pipeline/pasted_token.hpp"

namespace rookery::messages {

MessageFacts Create::facts() const {
    return {
        "Create",
        audit::Action::create,
        {table, {}},
        Cost::few_rows,
        Stores::something_new,
        OnBehalf::may};
}

Result<void> Create::check_texts() const {
    PastedTokenCheck rows;
    rows.add(input);
    return rows.check(input);
}

access::Decision Create::admit(const Asker& asker) const {
    return asker.decide(*table, schema::Right::create);
}

Judged<Create::Plan> Create::plan(PlanBuilder& builder) const {
    ROOKERY_TRY(auto step, RowPlanner(builder).create(*table, input));
    if (representation) add_representation(step, selection);
    return Plan::judge(builder, std::move(step));
}

Result<MessageReply::Body> Create::execute(PlanBuilder& builder, Plan plan) const {
    ROOKERY_TRY(const auto written, apply_change(builder, plan));
    return reply_to_write(builder, plan, written, {true, representation}, selection);
}

}  // namespace rookery::messages
