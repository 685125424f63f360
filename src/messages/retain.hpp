// Retain: a record is retained for the long term. It stays in its place as what is deleted stays there in the recycle bin,
// and to everybody who looks for a record it is gone: nothing of it is shown in clear, and nothing changes it. FetchXML
// alone lists what is retained, RollbackRetain brings it back, PurgeRetainedContent ends it.
//
// What is a part of the record is retained with it. Records that lead to it stay as they are, where the Archive of their
// relationship does not say otherwise.
#pragma once

#include "pipeline/authorized.hpp"

namespace rookery::messages {

/// Who retains a record needs what its Delete needs, and prvrkyRetain.
[[nodiscard]] access::Needs needs_to_retain(const schema::Table& table);

/// Also of RollbackRetain.
struct RetainReply {
    Uuid id;  // of the record
};

/// Errc: not_found, as Delete also for what is deleted or retained already; not_retained; those of a Delete.
struct Retain {
    Target target;                       // by id or by an alternate key
    std::optional<Uuid> operation = {};  // that it belongs to: for the log
    // Nothing is kept of it: of a restored vault, in which records are that were purged since the backup. SYSTEM alone.
    bool purged_since = false;

    using Plan = AuthorizedChanges;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
