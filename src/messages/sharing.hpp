// What GrantAccess, ModifyAccess and RevokeAccess share: a row and a user or team, and what becomes of the one share that
// joins them. Whoever shares needs Share on the row and each right that he gives, for as long as he gives it.
#pragma once

#include "messages/share_entry.hpp"
#include "pipeline/authorized.hpp"

namespace rookery::messages {

struct Sharing {
    Target target;     // of a table whose rows users own
    Target principal;  // user or team
};

/// A row that may be shared by the caller, and with whom.
struct ShareEnds {
    Authorized<Act> row;
    access::Principal with;
    ShareTerms now;  // none where nothing is shared, and where a share is over
};

struct SharePlan {
    ShareEnds ends;
    Authorized<Change> change;
    AuthorizedChanges ended;  // shares of the record that are over, and go
    ShareTerms after;
};

/// Share on the table.
[[nodiscard]] access::Decision admit_sharing(const Asker& asker, const Sharing& sharing);

/// Errc: not_found, key_not_found, of either row; invalid_argument for a table whose rows nobody owns.
[[nodiscard]] Judged<ShareEnds> ends_of_sharing(PlanBuilder& builder, const Sharing& sharing);

/// Errc: invalid_argument for an end that is past; shared_with_owner; built_in_protected; too_many_rows; access_denied for the caller
/// himself, and for a share that would outlast the right by which it is given.
[[nodiscard]] Judged<SharePlan> plan_share(PlanBuilder& builder, ShareEnds ends, ShareTerms after);

[[nodiscard]] Result<MessageReply::Body> carry_out_share(PlanBuilder& builder, SharePlan& plan);

}  // namespace rookery::messages
