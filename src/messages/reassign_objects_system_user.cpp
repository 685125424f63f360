#include "messages/reassign_objects_system_user.hpp"

#include "messages/apply_change.hpp"
#include "messages/owned_records.hpp"
#include "pipeline/needs.hpp"

namespace rookery::messages {

MessageFacts ReassignObjectsSystemUser::facts() const {
    return {
        "ReassignObjectsSystemUser",
        audit::Action::update,
        named_by(user),
        Cost::many_rows,
        Stores::something_new,
        OnBehalf::may};
}

Result<void> ReassignObjectsSystemUser::check_texts() const { return {}; }

access::Decision ReassignObjectsSystemUser::admit(const Asker& asker) const {
    return asker.decide(*user.table, schema::Right::read);
}

Judged<ReassignObjectsSystemUser::Plan> ReassignObjectsSystemUser::plan(PlanBuilder& builder
) const {
    ROOKERY_TRY(const auto from, builder.reading.live(user, schema::Right::read));
    Step<Change> step;
    step.table = from->table;
    step.id = from->id;
    add_need(step.needs, schema::Right::read, *from);
    step.what = LeaveRow{};
    ROOKERY_TRY(auto asking, Authorized<Change>::judge(builder, std::move(step)));
    ROOKERY_TRY(const auto owner, builder.reading.live(to, schema::Right::read));
    if (owner->id == from->id) {
        return fail(Errc::invalid_argument, "The records have this owner already.");
    }
    Parts records(builder);
    ROOKERY_CHECK(records.add(builder, named_by(user), [&](PlanBuilder& part) {
        return assign_all(part, from->ref(), owner->ref());
    }));
    return Plan{std::move(asking), std::move(records)};
}

Result<MessageReply::Body> ReassignObjectsSystemUser::execute(PlanBuilder& builder, Plan plan)
    const {
    ROOKERY_CHECK(apply_change(builder, plan.asking));
    return NoContent{user.table, {}, false, std::move(plan.records).apply(builder)};
}

}  // namespace rookery::messages
