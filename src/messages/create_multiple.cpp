#include "messages/create_multiple.hpp"

#include "messages/apply_change.hpp"
#include "messages/row_planner.hpp"
#include "pipeline/pasted_token.hpp"

namespace rookery::messages {

MessageFacts CreateMultiple::facts() const {
    return {
        "CreateMultiple",
        audit::Action::create,
        {table, {}},
        Cost::many_rows,
        Stores::something_new,
        OnBehalf::may};
}

Result<void> CreateMultiple::check_texts() const {
    PastedTokenCheck check;
    for (const auto& input : rows) check.add(input);
    for (const auto& input : rows) ROOKERY_CHECK(check.check(input));
    return {};
}

access::Decision CreateMultiple::admit(const Asker& asker) const {
    return asker.decide(*table, schema::Right::create);
}

Judged<CreateMultiple::Plan> CreateMultiple::plan(PlanBuilder& builder) const {
    RowPlanner planner(builder, duplicates);
    std::vector<Step<Change>> steps;
    for (const auto& input : rows) {
        ROOKERY_TRY(auto step, planner.create(*table, input));
        steps.push_back(std::move(step));
    }
    return judge_all(builder, std::move(steps));
}

Result<MessageReply::Body> CreateMultiple::execute(PlanBuilder& builder, Plan plan) const {
    IdsReply reply;
    for (auto& change : plan) {
        ROOKERY_TRY(const auto written, apply_change(builder, change));
        reply.ids.push_back(written.row->id);
    }
    return reply;
}

}  // namespace rookery::messages
