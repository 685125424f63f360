// What SyncNow and RetrySync share.
#pragma once

#include "pipeline/authorized.hpp"

namespace rookery::messages {

/// Errc::unsupported without a sync.
[[nodiscard]] Result<void> check_sync_configured(const PlanBuilder& builder);

/// `count`: of the entries that are due again.
void record_sync_control(
    PlanBuilder& builder, const access::Decision& decision, std::optional<std::uint64_t> count
);

}  // namespace rookery::messages
