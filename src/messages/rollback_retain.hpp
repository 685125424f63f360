// RollbackRetain: a retained record is there again, with its old id and values, the columns that the request overwrites, and
// what was a part of it. It is decided as a Restore is: whoever reads its tokens again gains them.
#pragma once

#include "messages/retain.hpp"

namespace rookery::messages {

/// Errc: not_found for what is not retained, and what lies in the recycle bin is not; restore_live, restore_key_taken,
/// restore_parent_gone; those of a write. Tokens are not among the columns that it overwrites: Errc::unsupported.
struct RollbackRetain {
    Target target;                       // by id: an alternate key leads to no retained record
    std::optional<Uuid> operation = {};  // that it belongs to: for the log
    Input input = {};  // without cells it is as it was, also who changed it last and when

    using Plan = AuthorizedChanges;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
