// PushOutcomeHandler: what a try to push a record comes to. The outcome goes on the log, the monitor
// counts it, and the record leaves flight: its outbox entry is removed or parked, or it waits. Thread-safe.
#pragma once

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "pipeline/sync_monitor.hpp"
#include "sync/created_records_cache.hpp"
#include "sync/pause.hpp"
#include "sync/payload.hpp"
#include "sync/push.hpp"
#include "sync/queue.hpp"
#include "sync/vault_client.hpp"

#include <cstdint>

namespace rookery::sync {

enum class PushDisposition : std::uint8_t {
    finished,  // nothing of it is due: it was pushed, or it is parked
    waits,
};

class PushOutcomeHandler {
 public:
    PushOutcomeHandler(
        Queue& queue, VaultClient& vault, CreatedRecordsCache& created_records, Pause& pause,
        messages::SyncMonitor& monitor, const Clock& clock, Random& random
    )
        : queue_(queue),
          vault_(vault),
          created_records_(created_records),
          pause_(pause),
          monitor_(monitor),
          clock_(clock),
          random_(random) {}

    /// `payload` is what was sent; null for a removal.
    [[nodiscard]] PushDisposition handle(
        const QueueItem& item, const PushResult& result, const Payload* payload
    );

    /// The entry says what the record does not: somebody wrote to the disk. The operator sees it.
    [[nodiscard]] PushDisposition contradicted(const QueueItem& item, PushOperation operation);

    /// Trouble of this vault's own. What lies with one record waits alone: whoever may change it,
    /// or damaged it, does not hold up the others.
    [[nodiscard]] PushDisposition held_up(const QueueItem& item, const Error& error);

 private:
    [[nodiscard]] PushDisposition pushed(
        const QueueItem& item, const PushResult& result, const Payload* payload
    );
    [[nodiscard]] PushDisposition park(
        const QueueItem& item, const PushResult& result, const Payload* payload
    );
    /// The entry stays due.
    void failed(const QueueItem& item, const PushResult& result, const Payload* payload);

    Queue& queue_;
    VaultClient& vault_;
    CreatedRecordsCache& created_records_;
    Pause& pause_;
    messages::SyncMonitor& monitor_;
    const Clock& clock_;
    Random& random_;
};

}  // namespace rookery::sync
