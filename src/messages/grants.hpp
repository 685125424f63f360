// Issuing a credential is reading: a change of access facts after which somebody reaches more
// plaintext needs the privilege prvrkyGrantUnmask, and nobody widens his own rights.
#pragma once

#include "base/result.hpp"
#include "messages/planning.hpp"

namespace rookery::messages {

/// Looks at the planned writes as a whole; records the grant's own event when there is one.
/// Errc::grant_unmask_denied or Errc::access_denied.
[[nodiscard]] Result<void> check_grants(Planning& planning);

}  // namespace rookery::messages
