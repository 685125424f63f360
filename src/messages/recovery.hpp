// Administration given back with the root key: noted in the organization's row before anybody gets a
// right by it, and shown by the status until a reviewer acknowledges it.
#pragma once

#include <string>

#include "messages/authorized.hpp"
#include "messages/planning.hpp"

namespace rookery::messages {

/// Ends all credentials of the user. Errc::switch_locked for anybody but SYSTEM, not_found for a user who is
/// not there, access_denied while another user's recovery is not acknowledged.
[[nodiscard]] Result<void> note_recovery(
    Planning& planning, const Uuid& user, const Authorized& authorized
);

/// Errc::access_denied for the recovered user himself, invalid_argument when there is no recovery.
[[nodiscard]] Result<void> acknowledge_recovery(Planning& planning, const Authorized& authorized);

/// What the status says of one that is not acknowledged; empty when there is none.
[[nodiscard]] Result<std::string> recovery_warning(const Planning& planning);

}  // namespace rookery::messages
