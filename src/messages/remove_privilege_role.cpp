#include "messages/remove_privilege_role.hpp"

#include "messages/apply_change.hpp"
#include "messages/pair_id.hpp"
#include "messages/role_privileges.hpp"
#include "schema/known_tables.hpp"

namespace rookery::messages {

MessageFacts RemovePrivilegeRole::facts() const {
    return {
        "RemovePrivilegeRole",
        audit::Action::policy_change,
        named_by(role),
        Cost::few_rows,
        Stores::nothing_new,
        OnBehalf::may};
}

Result<void> RemovePrivilegeRole::check_texts() const { return {}; }

access::Decision RemovePrivilegeRole::admit(const Asker& asker) const {
    return asker.decide(*role.table, schema::Right::write);
}

Judged<RemovePrivilegeRole::Plan> RemovePrivilegeRole::plan(PlanBuilder& builder) const {
    ROOKERY_TRY(const auto row, editable_role(builder, role));
    const auto& table = schema::known::roleprivileges;
    const auto id = pair_id(table, row->id, schema::privilege_id(*privilege));
    auto held = builder.reading.live(table, id);
    auto step = held ? removal_from(*row, std::move(*held)) : untouched(*row);
    if (!held) step.deferred_error = held.error();
    return Plan::judge(builder, std::move(step));
}

Result<MessageReply::Body> RemovePrivilegeRole::execute(PlanBuilder& builder, Plan plan) const {
    ROOKERY_CHECK(apply_change(builder, plan));
    return NoContent{};
}

}  // namespace rookery::messages
