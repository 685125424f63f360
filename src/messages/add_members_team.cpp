#include "messages/add_members_team.hpp"

#include "messages/apply_change.hpp"

namespace rookery::messages {

MessageFacts AddMembersTeam::facts() const {
    return {
        "AddMembersTeam",
        audit::Action::principal_change,
        named_by(target),
        Cost::many_rows,
        Stores::something_new,
        OnBehalf::may};
}

Result<void> AddMembersTeam::check_texts() const { return {}; }

access::Decision AddMembersTeam::admit(const Asker& asker) const {
    return admit_members(asker, target);
}

Judged<AddMembersTeam::Plan> AddMembersTeam::plan(PlanBuilder& builder) const {
    ROOKERY_TRY(auto ends, ends_of_members(builder, target, members));
    std::vector<Step<Change>> steps;
    for (auto& one : ends) {
        ROOKERY_TRY(auto step, step_to_pair(builder, membership(), std::move(one)));
        steps.push_back(std::move(step));
    }
    return judge_all(builder, std::move(steps));
}

Result<MessageReply::Body> AddMembersTeam::execute(PlanBuilder& builder, Plan plan) const {
    ROOKERY_CHECK(apply_all(builder, plan));
    return NoContent{};
}

}  // namespace rookery::messages
