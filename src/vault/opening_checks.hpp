// What has to agree before a vault opens: identity, log and state row tell the same story.
#pragma once

#include "audit/handover.hpp"
#include "base/result.hpp"
#include "ledger/vault_state.hpp"
#include "storage/store.hpp"
#include "vault/data_directory.hpp"

#include <memory>
#include <string>

namespace rookery::messages {

/// Errc::integrity with what disagrees, and what to do.
[[nodiscard]] tl::unexpected<Error> disagreement(std::string_view what);

/// The first entry says whose log this is; the files `vault` and `log.vkey` may not say otherwise, but for the hand-overs that
/// the log has, which are returned. log.vkey may be one behind: see finish_handover.
[[nodiscard]] Result<audit::Handovers> check_genesis(
    const std::shared_ptr<const storage::StoreView>& store, const VaultIdentity& identity,
    const std::string& verifier_key
);

/// The row of the newest format. Errc::integrity when it is missing, and what ledger::decode says.
[[nodiscard]] Result<ledger::VaultState> read_state(
    const storage::StoreView& store, const crypto::RowAuthenticator& authenticator
);

/// The log is the one that the state row was written with, its newest checkpoint included. What goes on
/// beyond it was written while sealed: attempts to unseal and nothing else, each with its place in the
/// tree computed anew, and none later than `latest` and all that the state row covers.
[[nodiscard]] Result<void> check_log(
    const std::shared_ptr<const storage::StoreView>& store, const ledger::VaultState& state,
    Instant latest
);

}  // namespace rookery::messages
