// The principal that the sync worker is: a user with a role and without any column permission, so
// that there is no token it could be shown. Its rows are made like any others, by messages as SYSTEM.
#pragma once

#include "access/caller.hpp"
#include "base/result.hpp"
#include "rules/built_in_rows.hpp"

namespace rookery::messages {

class Vault;

/// Makes what is missing of user, role and membership, and gives the role exactly what the worker
/// needs. The user's isdisabled stays as it is: whoever disables it stops the sync. Nobody but SYSTEM
/// makes or changes these rows otherwise, or gives the role to anybody.
/// Errc::access_denied when somebody else holds the role, or the user has a column profile.
[[nodiscard]] Result<access::Caller> ensure_sync_principal(Vault& vault);

}  // namespace rookery::messages
