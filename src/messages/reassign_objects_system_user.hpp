// ReassignObjectsSystemUser: all records of a user get another owner, or none does.
#pragma once

#include "messages/parts.hpp"

namespace rookery::messages {

/// For whoever reads the user and may assign each of his records. Errc: what assign_all says; invalid_argument for the user
/// himself as the new owner.
struct ReassignObjectsSystemUser {
    Target user;
    Target to;  // a user or a team

    struct Plan {
        Authorized<Change> asking;  // on the record even when he owns nothing
        Parts records;
    };

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
