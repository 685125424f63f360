#include "messages/upsert_multiple.hpp"

#include "messages/apply_change.hpp"
#include "messages/row_planner.hpp"
#include "messages/upsert_admission.hpp"
#include "pipeline/pasted_token.hpp"

namespace rookery::messages {

MessageFacts UpsertMultiple::facts() const {
    return {
        "UpsertMultiple",
        audit::Action::update,
        {table, {}},
        Cost::many_rows,
        Stores::something_new,
        OnBehalf::may};
}

Result<void> UpsertMultiple::check_texts() const {
    PastedTokenCheck check;
    for (const auto& item : rows) check.add(item.input);
    for (const auto& item : rows) {
        ROOKERY_CHECK(check.check(item.target));
        ROOKERY_CHECK(check.check(item.input));
    }
    return {};
}

access::Decision UpsertMultiple::admit(const Asker& asker) const {
    return admit_upsert(asker, *table, {});
}

Judged<UpsertMultiple::Plan> UpsertMultiple::plan(PlanBuilder& builder) const {
    RowPlanner planner(builder, duplicates);
    std::vector<Step<Change>> steps;
    for (const auto& item : rows) {
        ROOKERY_TRY(auto step, planner.upsert(item.target, item.input, {}));
        // A create has claimed its id already.
        const auto* write = std::get_if<WriteRow>(&step.what);
        const bool update = write != nullptr && write->before != nullptr;
        if (update && !planner.claims().claim(*step.table, step.id)) {
            return fail(Errc::duplicate_key, "UpsertMultiple has two items for the same record.");
        }
        steps.push_back(std::move(step));
    }
    return judge_all(builder, std::move(steps));
}

Result<MessageReply::Body> UpsertMultiple::execute(PlanBuilder& builder, Plan plan) const {
    ROOKERY_CHECK(apply_all(builder, plan));
    return NoContent{table, {}, false};
}

}  // namespace rookery::messages
