// Restore: a record comes back from the recycle bin, with its old id and values, the columns that the request overwrites,
// and everything that went with it when it was deleted.
//
// It is decided on the record as it stood and as it will be: whoever restores it makes it anew, for that owner and
// beneath those rows. What it held could be read by nobody, so whoever reads its tokens again gains them: that is a grant
// (access/effect.hpp), and never one to oneself.
#pragma once

#include "pipeline/authorized.hpp"

namespace rookery::messages {

struct RestoreReply {
    Uuid id;
};

/// Errc: not_found for what is not in the bin; restore_live, restore_key_taken, restore_parent_gone; those of a write. Tokens
/// are not among the columns that it overwrites: Errc::unsupported.
struct Restore {
    Target target;  // by id; no table: the request was not read that far
    Input input = {};

    using Plan = AuthorizedChanges;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
