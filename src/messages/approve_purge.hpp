// rky_ApprovePurge: the second person's word for the purge of a record that somebody asked for. With it the record, its
// versions and what goes with them are removed, in one batch with the entries that say so; the job then sees to it that
// they are in no file of the store any more.
#pragma once

#include "messages/purge_cursor.hpp"
#include "pipeline/authorized.hpp"

namespace rookery::messages {

struct ApprovePurgePlan {
    AuthorizedChanges removed;  // none: it was deleted before
    Authorized<Change> job;
    PurgeCursor purge;
};

/// Errc::restricted unless the job is a request to purge this record that waits; those of check_second_person and of a
/// removal; version_mismatch.
struct ApprovePurge {
    Target target;  // by id
    Uuid job;
    Preconditions preconditions = {};  // of the record

    using Plan = ApprovePurgePlan;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
