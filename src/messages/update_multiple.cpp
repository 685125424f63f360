#include "messages/update_multiple.hpp"

#include "messages/row_planner.hpp"
#include "pipeline/pasted_token.hpp"

#include <utility>

namespace rookery::messages {
namespace {

Judged<AuthorizedChanges> change(
    PlanBuilder& part, const UpdateMultiple::Item& item, Duplicates duplicates
) {
    Preconditions existing;
    existing.must_exist = true;
    std::vector<Step<Change>> steps;
    ROOKERY_TRY(auto step, RowPlanner(part, duplicates).upsert(item.target, item.input, existing));
    steps.push_back(std::move(step));
    return judge_all(part, std::move(steps));
}

}  // namespace

MessageFacts UpdateMultiple::facts() const {
    return {
        "UpdateMultiple",
        audit::Action::update,
        {table, {}},
        Cost::many_rows,
        Stores::something_new,
        OnBehalf::may};
}

Result<void> UpdateMultiple::check_texts() const {
    PastedTokenCheck check;
    for (const auto& item : rows) check.add(item.input);
    for (const auto& item : rows) {
        ROOKERY_CHECK(check.check(item.target));
        ROOKERY_CHECK(check.check(item.input));
    }
    return {};
}

access::Decision UpdateMultiple::admit(const Asker& asker) const {
    return asker.decide(*table, schema::Right::write);
}

Judged<UpdateMultiple::Plan> UpdateMultiple::plan(PlanBuilder& builder) const {
    Plan out(builder);
    for (const auto& item : rows) {
        const auto plan = [&](PlanBuilder& part) { return change(part, item, duplicates); };
        ROOKERY_CHECK(out.add(builder, named_by(item.target), plan));
    }
    return out;
}

Result<MessageReply::Body> UpdateMultiple::execute(PlanBuilder& builder, Plan plan) const {
    return NoContent{table, {}, false, std::move(plan).apply(builder)};
}

}  // namespace rookery::messages
