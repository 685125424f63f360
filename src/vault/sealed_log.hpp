// The log of a vault without keys: what a new vault begins with, and attempts to unseal one. In clear, and vouched for
// by nobody until the next unseal.
#pragma once

#include "audit/event.hpp"
#include "audit/log_writer.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "crypto/root_slots.hpp"
#include "crypto/signing.hpp"
#include "merkle/checkpoint.hpp"
#include "storage/space_watch.hpp"
#include "storage/store.hpp"
#include "vault/data_directory.hpp"
#include "vault/vault.hpp"

namespace rookery::messages {

/// `key`: null while the vault is sealed.
[[nodiscard]] audit::LogWriter::Options log_options_of(
    const VaultOptions& options, const merkle::VerifierKey& verifier, const crypto::SigningKey* key
);

/// Writes an event while the vault is still sealed: no state row, only the log. Durable when it returns.
[[nodiscard]] Result<void> write_sealed(
    storage::Store& store, audit::LogWriter& log, const audit::Event& event, Random& random,
    Instant now
);

[[nodiscard]] storage::SpaceRule space_rule(const VaultOptions& options, VaultKind kind);

[[nodiscard]] Result<crypto::RootSlots> read_slots(const DataDirectory& directory);

}  // namespace rookery::messages
