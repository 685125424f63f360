// The records of a user, and giving all of them to another owner. Those are meant whose owner a request may change: what the vault
// keeps in somebody's name (jobs, what became of a bulk delete) stays his.
#pragma once

#include "pipeline/authorized.hpp"

namespace rookery::messages {

/// Each as an Assign of its own. Errc::too_many_rows beyond rows_changed_max, and what an Assign says of the first that cannot
/// be done. None: nothing is planned.
[[nodiscard]] Judged<AuthorizedChanges> assign_all(
    PlanBuilder& part, const storage::RowRef& from, const storage::RowRef& to
);

}  // namespace rookery::messages
