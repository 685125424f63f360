// rky_RetrieveSyncStatus, rky_SyncNow and rky_RetrySync: what people ask of the sync.
#pragma once

#include "messages/authorized.hpp"
#include "messages/planning.hpp"

namespace rookery::messages {

/// Entries that one rky_RetrySync makes due again.
inline constexpr std::size_t retried_max = 1000;

[[nodiscard]] Result<SyncStatusReply> sync_status(
    Planning& planning, const Authorized& authorized
);
// Both: Errc::unsupported without a sync.
[[nodiscard]] Result<void> sync_now(Planning& planning, const Authorized& authorized);
[[nodiscard]] Result<RetryReply> retry_sync(Planning& planning, const Authorized& authorized);

}  // namespace rookery::messages
