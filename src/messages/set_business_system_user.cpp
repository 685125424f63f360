#include "messages/set_business_system_user.hpp"

#include "messages/link.hpp"
#include "messages/owned_records.hpp"
#include "messages/row_planner.hpp"
#include "pipeline/needs.hpp"
#include "schema/known_tables.hpp"

#include <string>
#include <utility>

namespace rookery::messages {
namespace {

namespace known = schema::known;

/// His roles, each of which ends as by a Disassociate.
Result<std::vector<Step<Change>>> end_of_roles(PlanBuilder& part, const RowPtr& user) {
    const auto& association = *schema::association("systemuserroles_association");
    const auto& pairs = known::systemuserroles;
    ROOKERY_TRY(
        const auto held,
        part.reading.children(
            pairs, *pairs.column("systemuserid"), user->ref(), rows_changed_max + 1
        )
    );
    if (held.size() > rows_changed_max) {
        return fail(
            Errc::too_many_rows,
            "At most " + std::to_string(rows_changed_max) + " roles end in one request."
        );
    }
    std::vector<Step<Change>> steps;
    for (const auto& pair : held) {
        const auto& role = *pair->get<storage::RowRef>("roleid");
        ROOKERY_TRY(auto row, part.reading.live(known::role, role.id));
        steps.push_back(step_to_part(part, association, {user, std::move(row)}));
    }
    return steps;
}

Judged<AuthorizedChanges> move(
    PlanBuilder& part, const SetBusinessSystemUser& asked, const RowPtr& user
) {
    Input input;
    input.cells.push_back({known::systemuser.column("businessunitid"), Target{asked.unit}});
    Preconditions existing;
    existing.must_exist = true;
    ROOKERY_TRY(auto moved, RowPlanner(part).upsert({user->table, user->id}, input, existing));
    ROOKERY_TRY(auto steps, end_of_roles(part, user));
    steps.insert(steps.begin(), std::move(moved));
    return judge_all(part, std::move(steps));
}

}  // namespace

MessageFacts SetBusinessSystemUser::facts() const {
    return {
        "SetBusinessSystemUser",
        audit::Action::principal_change,
        named_by(user),
        Cost::many_rows,
        Stores::something_new,
        OnBehalf::may};
}

Result<void> SetBusinessSystemUser::check_texts() const { return {}; }

access::Decision SetBusinessSystemUser::admit(const Asker& asker) const {
    return asker.decide(*user.table, schema::Right::write);
}

Judged<SetBusinessSystemUser::Plan> SetBusinessSystemUser::plan(PlanBuilder& builder) const {
    ROOKERY_TRY(auto row, builder.reading.live(user, schema::Right::write));
    ROOKERY_TRY(auto moving, judge_act(builder, needs_to_change(*row), row));
    ROOKERY_TRY(const auto owner, builder.reading.live(to, schema::Right::read));
    Plan out{std::move(moving), Parts(builder)};
    if (owner->id != row->id) {
        ROOKERY_CHECK(out.changes.add(builder, named_by(user), [&](PlanBuilder& part) {
            return assign_all(part, row->ref(), owner->ref());
        }));
    }
    ROOKERY_CHECK(out.changes.add(builder, named_by(user), [&](PlanBuilder& part) {
        return move(part, *this, row);
    }));
    return out;
}

Result<MessageReply::Body> SetBusinessSystemUser::execute(PlanBuilder& builder, Plan plan) const {
    return NoContent{user.table, {}, false, std::move(plan.changes).apply(builder)};
}

}  // namespace rookery::messages
