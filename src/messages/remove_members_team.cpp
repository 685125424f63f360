#include "messages/remove_members_team.hpp"

#include "messages/apply_change.hpp"

namespace rookery::messages {

MessageFacts RemoveMembersTeam::facts() const {
    return {
        "RemoveMembersTeam",
        audit::Action::principal_change,
        named_by(target),
        Cost::many_rows,
        Stores::nothing_new,
        OnBehalf::may};
}

Result<void> RemoveMembersTeam::check_texts() const { return {}; }

access::Decision RemoveMembersTeam::admit(const Asker& asker) const {
    return admit_members(asker, target);
}

Judged<RemoveMembersTeam::Plan> RemoveMembersTeam::plan(PlanBuilder& builder) const {
    ROOKERY_TRY(auto ends, ends_of_members(builder, target, members));
    std::vector<Step<Change>> steps;
    for (auto& one : ends) {
        steps.push_back(step_to_part(builder, membership(), std::move(one)));
    }
    return judge_all(builder, std::move(steps));
}

Result<MessageReply::Body> RemoveMembersTeam::execute(PlanBuilder& builder, Plan plan) const {
    ROOKERY_CHECK(apply_all(builder, plan));
    return NoContent{};
}

}  // namespace rookery::messages
