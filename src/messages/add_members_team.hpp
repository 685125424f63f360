// AddMembersTeam: users become members of a team, all of them or none.
#pragma once

#include "messages/team_members.hpp"

namespace rookery::messages {

/// Errc: what ends_of_members and the step of each pair say, of the first that cannot be done.
struct AddMembersTeam {
    Target target;                // the team
    std::vector<Target> members;  // users, at least one

    using Plan = AuthorizedChanges;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
