#include "messages/delete.hpp"

#include "messages/apply_change.hpp"
#include "messages/kept_rows.hpp"
#include "messages/removal.hpp"
#include "messages/row_planner.hpp"

namespace rookery::messages {

MessageFacts Delete::facts() const {
    return {
        "Delete",
        audit::Action::remove,
        named_by(target),
        Cost::many_rows,
        Stores::nothing_new,
        OnBehalf::may};
}

Result<void> Delete::check_texts() const { return {}; }

access::Decision Delete::admit(const Asker& asker) const {
    return asker.decide(*target.table, schema::Right::remove);
}

Judged<Delete::Plan> Delete::plan(PlanBuilder& builder) const {
    ROOKERY_CHECK(check_removable(*target.table));
    ROOKERY_TRY(auto row, builder.reading.live(target, schema::Right::remove));
    auto version = check_version(preconditions, *row);
    auto steps = removal_of(builder, std::move(row));
    keep_in_bin(builder, steps);
    if (!version) steps.back().deferred_error = version.error();
    return judge_all(builder, std::move(steps));
}

Result<MessageReply::Body> Delete::execute(PlanBuilder& builder, Plan plan) const {
    ROOKERY_CHECK(apply_all(builder, plan));
    return NoContent{target.table, {}, false};
}

}  // namespace rookery::messages
