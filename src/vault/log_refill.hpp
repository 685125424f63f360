// The log of a restored vault, filled in from a newer one: the entries that the backup has not follow those that it has, as
// they were, and the restored vault goes on behind them. The rows stay as they were when the backup was taken.
//
// It takes two steps, since the store of the copy is still without keys when it is filled in: the entries are put there before the
// copy is opened, with their tree checked; the opening checks with the keys that they are this vault's, up to where.
#pragma once

#include "base/result.hpp"
#include "crypto/row_authenticator.hpp"
#include "ledger/vault_state.hpp"
#include "merkle/checkpoint.hpp"
#include "storage/store.hpp"
#include "vault/anchor_check.hpp"
#include "vault/log_archive.hpp"
#include "vault/verify_store.hpp"

#include <filesystem>
#include <memory>
#include <optional>

namespace rookery::messages {

/// Puts the archive's entries and checkpoints after its beginning into the store in `folder`, which nobody has open and whose log
/// ends where the archive's further entries begin. Each leaf must lead to the archive's tree, each checkpoint be signed by
/// `log_key`. Errc::integrity, with the entry; the errors of reading and writing. What it has written then is of no use.
[[nodiscard]] Result<void> refill_log(
    const LogArchive& archive, const merkle::VerifierKey& log_key,
    const std::filesystem::path& folder, const VerifyProgress& progress = {}
);

/// The state of a store that was filled in so: `state` with the log up to where the archive's own state row vouches for it,
/// which only this vault's keys write, or its newest checkpoint when the keyring at hand is older than that row. `found`: the
/// anchor that speaks against `state`; over entries that are there now it must name them. Errc::integrity.
[[nodiscard]] Result<ledger::VaultState> refilled_state(
    const LogArchive& archive, const std::shared_ptr<const storage::StoreView>& store,
    const ledger::VaultState& state, const crypto::RowAuthenticator& authenticator, Instant latest,
    const std::optional<AnchorFinding>& found
);

}  // namespace rookery::messages
