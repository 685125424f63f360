// An event of the vault's own life on its log, by the vault itself: that it was backed up, or restored. What somebody does
// with rows is a message instead.
#pragma once

#include "audit/event.hpp"
#include "base/result.hpp"
#include "vault/vault.hpp"

namespace rookery::messages {

/// Durable when it returns. Errc: those of the ledger.
[[nodiscard]] Result<void> note_event(Vault& vault, const audit::Event& event);

}  // namespace rookery::messages
