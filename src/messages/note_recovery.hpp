// rky_NoteRecovery: administration is about to be given to this user with the root key. From the command line on a
// stopped vault only, never over HTTP.
#pragma once

#include "pipeline/authorized.hpp"

namespace rookery::messages {

/// Ends all credentials of the user. Errc::built_in_protected for anybody but SYSTEM, which holds the privilege that it
/// needs; not_found for a user who is not there, access_denied while another user's recovery is not acknowledged.
struct NoteRecovery {
    Uuid user;

    using Plan = Authorized<Act>;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
