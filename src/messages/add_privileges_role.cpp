#include "messages/add_privileges_role.hpp"

#include "messages/apply_change.hpp"
#include "messages/pair_id.hpp"
#include "messages/role_privileges.hpp"
#include "messages/row_planner.hpp"
#include "pipeline/needs.hpp"
#include "schema/known_tables.hpp"

#include <algorithm>

namespace rookery::messages {
namespace {

/// `before`: what the role holds of this privilege; null for nothing yet.
Step<Change> step_for(
    const storage::Row& role, const RolePrivilege& wanted, const Uuid& id, RowPtr before
) {
    const auto& table = schema::known::roleprivileges;
    Step<Change> step;
    step.table = &table;
    step.id = id;
    step.needs = needs_to_change(role);
    Draft draft;
    if (before != nullptr) {
        draft.row = *before;
        ++draft.row.row_version;
    } else {
        draft.row.table = &table;
        draft.row.id = id;
        draft.row.row_version = 1;
        draft.row.set("roleid", role.ref());
        draft.row.set(
            "privilegeid",
            storage::RowRef{schema::known::privilege.id, schema::privilege_id(*wanted.privilege)}
        );
    }
    draft.row.set("privilegedepthmask", static_cast<std::int64_t>(wanted.depth));
    step.what = WriteRow{std::move(before), std::move(draft)};
    return step;
}

}  // namespace

MessageFacts AddPrivilegesRole::facts() const {
    return {
        replace ? "ReplacePrivilegesRole" : "AddPrivilegesRole",
        audit::Action::policy_change,
        named_by(role),
        Cost::few_rows,
        Stores::something_new,
        OnBehalf::may};
}

Result<void> AddPrivilegesRole::check_texts() const { return {}; }

access::Decision AddPrivilegesRole::admit(const Asker& asker) const {
    return asker.decide(*role.table, schema::Right::write);
}

Judged<AddPrivilegesRole::Plan> AddPrivilegesRole::plan(PlanBuilder& builder) const {
    ROOKERY_TRY(const auto row, editable_role(builder, role));
    const auto& table = schema::known::roleprivileges;
    ROOKERY_TRY(
        auto held,
        builder.reading.children(table, *table.column("roleid"), row->ref(), rows_changed_max + 1)
    );
    Claims claims;
    std::vector<Step<Change>> steps;
    for (const auto& wanted : privileges) {
        const auto id = pair_id(table, row->id, schema::privilege_id(*wanted.privilege));
        const auto at = std::ranges::find(held, id, [](const RowPtr& one) { return one->id; });
        RowPtr before;
        if (at != held.end()) {
            before = std::move(*at);
            held.erase(at);
        } else if (!claims.claim(table, id)) {
            continue;
        }
        steps.push_back(step_for(*row, wanted, id, std::move(before)));
    }
    if (replace) {
        for (auto& left : held) steps.push_back(removal_from(*row, std::move(left)));
    }
    if (steps.empty()) steps.push_back(untouched(*row));
    return judge_all(builder, std::move(steps));
}

Result<MessageReply::Body> AddPrivilegesRole::execute(PlanBuilder& builder, Plan plan) const {
    ROOKERY_CHECK(apply_all(builder, plan));
    return NoContent{};
}

}  // namespace rookery::messages
