// rky_RetrieveAuditEvents and rky_RetrieveVaultStatus: the vault about itself.
#pragma once

#include "messages/authorized.hpp"
#include "messages/planning.hpp"

namespace rookery::messages {

/// Newest first; reading the log is on the log. Examines a bounded number of entries and says where
/// to go on (`next_below`), so that a rare match does not hold a thread: a page may be empty and not
/// the last one. An entry that cannot be read is shown as that. Errc::key_not_found when no record has the unique handle id.
[[nodiscard]] Result<LogReply> review(
    Planning& planning, const RetrieveAuditEvents& message, const Authorized& authorized
);

[[nodiscard]] Result<StatusReply> status(Planning& planning, const Authorized& authorized);

}  // namespace rookery::messages
