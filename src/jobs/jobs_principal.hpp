// The principal that runs the jobs: a user of the vault's own with a role and without any column permission.
#pragma once

#include "access/caller.hpp"
#include "base/result.hpp"
#include "vault/vault.hpp"

namespace rookery::jobs {

/// Makes what is missing of it, and gives the vault's own roles the rights on jobs, which an older vault has not. The
/// user's isdisabled stays as it is: whoever disables it stops the jobs. Errc: see ensure_service_principal.
[[nodiscard]] Result<access::Caller> ensure_jobs_principal(messages::Vault& vault);

}  // namespace rookery::jobs
