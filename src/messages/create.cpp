#include "messages/create.hpp"

#include "messages/row_planner.hpp"
#include "pipeline/pasted_token.hpp"

namespace rookery::messages {

MessageFacts Create::facts() const {
    return {
        "Create",
        audit::Action::create,
        {table, {}},
        duplicates == Duplicates::refused ? Cost::many_rows : Cost::few_rows,
        Stores::something_new,
        OnBehalf::may};
}

Result<void> Create::check_texts() const {
    PastedTokenCheck rows;
    rows.add(input);
    return rows.check(input);
}

access::Decision Create::admit(const Asker& asker) const {
    auto row = asker.decide(*table, schema::Right::create);
    if (!row.allowed()) return row;
    if (auto refused = refused_expansion(asker, representation.expanded))
        return std::move(*refused);
    return row;
}

Judged<Create::Plan> Create::plan(PlanBuilder& builder) const {
    ROOKERY_TRY(auto step, RowPlanner(builder, duplicates).create(*table, input));
    return plan_write(builder, std::move(step), representation);
}

Result<MessageReply::Body> Create::execute(PlanBuilder& builder, Plan plan) const {
    return carry_out_write(builder, plan, true, representation);
}

}  // namespace rookery::messages
