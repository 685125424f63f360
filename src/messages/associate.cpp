#include "messages/associate.hpp"

#include "messages/apply_change.hpp"
#include "messages/link.hpp"
#include "messages/row_planner.hpp"

namespace rookery::messages {

MessageFacts Associate::facts() const {
    return {
        "Associate",
        audit::Action::principal_change,
        named_by(parent),
        Cost::few_rows,
        Stores::something_new};
}

Result<void> Associate::check_texts() const { return {}; }

access::Decision Associate::admit(const Asker& asker) const { return admit_link(asker, *this); }

Judged<Associate::Plan> Associate::plan(PlanBuilder& builder) const {
    ROOKERY_TRY(auto ends, ends_of(builder, *this));
    if (association == nullptr) {
        ROOKERY_TRY(auto step, relink(builder, *relationship, *ends.child, ends.parent->ref()));
        return Plan::judge(builder, std::move(step));
    }
    const auto pair = pair_of(*association, std::move(ends));
    ROOKERY_TRY(const auto found, builder.reading.read(*pair.table, pair.id));
    auto step = step_on(pair);
    if (found.state == Found::State::live) step.deferred_error = duplicate_id();
    if (auto allowed = check_pair(builder.caller, pair, true); !allowed) {
        step.deferred_error = allowed.error();
    }
    WriteRow made;
    made.draft.row.table = pair.table;
    made.draft.row.id = pair.id;
    made.draft.row.row_version = 1;
    made.draft.row.set(association->first_column, pair.first->ref());
    made.draft.row.set(association->second_column, pair.second->ref());
    step.what = std::move(made);
    return Plan::judge(builder, std::move(step));
}

Result<MessageReply::Body> Associate::execute(PlanBuilder& builder, Plan plan) const {
    ROOKERY_CHECK(apply_change(builder, plan));
    return NoContent{};
}

}  // namespace rookery::messages
