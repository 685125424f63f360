// SetBusinessSystemUser: a user moves to another business unit. As in Dataverse his roles end, since they were given where he was,
// and his records go to somebody else, or with him if that is himself.
#pragma once

#include "messages/parts.hpp"

namespace rookery::messages {

/// What comes of each part is judged: the records by an Assign each, the roles by a Disassociate each, the move by an Update.
/// Errc: what those say.
struct SetBusinessSystemUser {
    Target user;
    Target unit;
    Target to;  // a user or a team, who gets his records

    /// Each change was authorized before the next was planned.
    struct Plan {
        Authorized<Act> moving;  // that he may be changed at all, before his records are looked at
        Parts changes;
    };

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
