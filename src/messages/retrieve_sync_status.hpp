// rky_RetrieveSyncStatus: how the sync is doing.
#pragma once

#include "pipeline/authorized.hpp"
#include "pipeline/sync_monitor.hpp"
#include "query/outbox_reader.hpp"

namespace rookery::messages {

struct ErrorCount {
    std::string code;
    std::uint64_t count = 0;
};

struct SyncStatusReply {
    bool configured = false;
    SyncState state;  // empty when it is not
    OutboxCounts outbox;
    std::vector<ErrorCount> open_errors;  // active syncerror rows, by code
    bool more_errors = false;             // there are more rows than were looked at
    std::string missing_privilege;        // of the oldest of these rows that names one
    Instant now;                          // what the lag is measured against
};

struct RetrieveSyncStatus {
    using Plan = Authorized<Act>;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
