// RecordPusher: a record that the queue gave, from its outbox entry to its outcome: the entry read
// again, the record loaded, what it names pushed first. One per thread.
#pragma once

#include "base/clock.hpp"
#include "sync/created_records_cache.hpp"
#include "sync/gate.hpp"
#include "sync/options.hpp"
#include "sync/organization_client.hpp"
#include "sync/payload.hpp"
#include "sync/push.hpp"
#include "sync/push_outcome_handler.hpp"
#include "sync/queue.hpp"
#include "sync/sign_in.hpp"
#include "sync/vault_client.hpp"
#include "vault/vault.hpp"

#include <chrono>

namespace rookery::sync {

/// What the pushing threads have in common.
struct Shared {
    const SyncOptions& options;
    const messages::Vault& vault;
    VaultClient& client;
    Gate& gate;
    Queue& queue;
    CreatedRecordsCache& created_records;
    PushOutcomeHandler& outcomes;
    // Until then a request of an earlier process, which may have been killed, can still arrive.
    Instant earlier_requests_end;
};

class RecordPusher {
 public:
    RecordPusher(OrganizationClient& organization, SignIn& sign_in, const Shared& shared)
        : shared_(shared), push_(organization, sign_in, shared.gate, shared.vault.clock()) {}

    /// `item` is out of flight afterwards, unless something is thrown. `depth`: so many records wait
    /// for this one.
    PushDisposition process(QueueItem item, unsigned depth = 0);

 private:
    [[nodiscard]] PushDisposition remove(const QueueItem& item);
    [[nodiscard]] PushDisposition upsert(const QueueItem& item, unsigned depth);
    /// An upsert without a record.
    [[nodiscard]] PushDisposition without_record(const QueueItem& item);

    // False: a parent cannot go now.
    /// Every parent that waits in the outbox goes before its child.
    [[nodiscard]] bool due_parents_first(const Payload& payload, unsigned depth);
    /// A parent that the organization lacks although nothing of it is due.
    [[nodiscard]] bool push_again(const storage::RowRef& parent);

    [[nodiscard]] Payload payload_for(const messages::ShownRow& row) const;
    [[nodiscard]] Before before(const QueueItem& item) const;
    /// Out of flight, and again when `wait` is over.
    PushDisposition waits(const QueueItem& item, std::chrono::milliseconds wait = {});

    const Shared shared_;
    Push push_;
};

}  // namespace rookery::sync
