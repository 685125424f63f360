#include "messages/role_privileges.hpp"

#include "messages/row_planner.hpp"
#include "pipeline/needs.hpp"

namespace rookery::messages {

Result<RowPtr> editable_role(PlanBuilder& builder, const Target& target) {
    ROOKERY_TRY(auto role, builder.reading.live(target, schema::Right::write));
    ROOKERY_CHECK(check_change(builder.caller, *role, nullptr));
    return role;
}

Step<Change> removal_from(const storage::Row& role, RowPtr held) {
    Step<Change> step;
    step.table = held->table;
    step.id = held->id;
    step.needs = needs_to_change(role);
    step.what = RemoveRow{std::move(held), false};
    return step;
}

Step<Change> untouched(const storage::Row& role) {
    Step<Change> step;
    step.table = role.table;
    step.id = role.id;
    step.needs = needs_to_change(role);
    return step;
}

}  // namespace rookery::messages
