// The log of an older state that is served again goes on under a new name: see audit/handover.hpp.
#pragma once

#include "audit/handover.hpp"
#include "base/result.hpp"
#include "ledger/vault_state.hpp"
#include "merkle/checkpoint.hpp"
#include "vault/anchor_check.hpp"
#include "vault/vault_parts.hpp"

#include <cstdint>
#include <optional>

namespace rookery::messages {

/// Versionnumbers that are passed over, so that none that was given after an older state comes again: at 20,000 changes a
/// second more than a year's, and 8,000 times before a client that counts in doubles would see two as one.
inline constexpr std::uint64_t versionnumbers_passed_over = std::uint64_t{1} << 40;

/// Before anything is signed: the hand-over in the store first, then the file log.vkey, which finish_handover completes when
/// it was cut off in between. From now on `parts` goes by the new name. `rows_size`: entries that the rows are as of, when
/// the log was filled in beyond those. Errc: those of writing.
[[nodiscard]] Result<void> begin_new_origin(
    Vault::Parts& parts, const ledger::VaultState& state, audit::Handovers& handovers,
    const std::optional<AnchorFinding>& accepted, std::optional<std::uint64_t> rows_size
);

/// What `log.vkey` must say after these; it is written when a hand-over was cut off before that. `verifier`: as it says.
[[nodiscard]] Result<merkle::VerifierKey> finish_handover(
    const DataDirectory& directory, const audit::Handovers& handovers, merkle::VerifierKey verifier
);

/// The hand-over that the log has no entry about yet; null when there is none.
[[nodiscard]] const audit::Handover* to_be_told(
    const audit::Handovers& handovers, const ledger::VaultState& state
);

}  // namespace rookery::messages
