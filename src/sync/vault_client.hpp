// VaultClient: the vault as the sync's user has it. What is in a record it learns by messages, like
// any other caller. Thread-safe.
#pragma once

#include "access/caller.hpp"
#include "base/result.hpp"
#include "ledger/outbox.hpp"
#include "messages/message.hpp"
#include "pipeline/reply.hpp"
#include "vault/vault.hpp"

#include <memory>
#include <optional>

namespace rookery::sync {

/// A record as the pipeline showed it, with the reply that keeps it.
struct Loaded {
    std::unique_ptr<ledger::Reply> reply;
    const messages::ShownRow* row = nullptr;  // null: there is no such record
};

class VaultClient {
 public:
    VaultClient(messages::Vault& vault, const access::Caller& caller)
        : vault_(vault), caller_(caller) {}

    /// The record's outbox entry as it is now.
    [[nodiscard]] Result<std::optional<ledger::OutboxEntry>> entry(const storage::RowRef& record
    ) const;

    /// Whether the record was removed, by its tombstone.
    [[nodiscard]] Result<bool> removed(const storage::RowRef& record) const;

    /// The columns that payload_of takes.
    [[nodiscard]] Result<Loaded> load(const storage::RowRef& record);

    /// Says what came of pushing the version that `entry` names.
    [[nodiscard]] Result<void> complete(
        const ledger::OutboxEntry& entry, messages::PushOutcome outcome
    );

 private:
    [[nodiscard]] Result<std::unique_ptr<messages::MessageReply>> ask(
        const messages::Message& message
    );

    messages::Vault& vault_;
    const access::Caller caller_;
};

}  // namespace rookery::sync
