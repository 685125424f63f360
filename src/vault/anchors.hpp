// The anchors of a vault that opens: what they must be compared with, what begins or is accepted, and who
// keeps them from then on.
#pragma once

#include "base/result.hpp"
#include "vault/anchor_check.hpp"
#include "vault/anchor_keeper.hpp"
#include "vault/anchor_options.hpp"
#include "vault/vault_parts.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace rookery::messages {

/// What an opening found, and may go on with.
struct AnchorsFound {
    AnchoredSince since;
    std::optional<AnchorFinding>
        accepted;  // with AnchorRule::accept: what speaks most against the vault
};

/// Before anything is written as an open vault. `keyring_epoch`: of the file. Errc::integrity when an anchor speaks
/// against the vault and nobody accepts that; Errc::usage when it has had a second place and none is named; and
/// the errors of check_anchor.
[[nodiscard]] Result<AnchorsFound> check_anchors(
    const Vault::Parts& parts, const merkle::VerifierKey& log_key, const ledger::VaultState& state,
    const AnchoredSince& since, const audit::Handovers& handovers
);

/// What was accepted is another history than what others have seen, so the log must not go on under its name.
[[nodiscard]] bool needs_new_origin(const AnchorOptions& options, const AnchorsFound& found);

/// The anchor of a vault that is being made, before its first batch: there is no moment without one.
[[nodiscard]] Result<void> write_first_anchor(const Vault::Parts& parts);

/// One for the files, and one for a place that may take seconds, on which the files do not wait.
using AnchorKeepers = std::vector<std::unique_ptr<AnchorKeeper>>;

/// Once the vault is open: puts on the log what begins, ends or was accepted, and keeps the anchors.
[[nodiscard]] Result<AnchorKeepers> keep_anchors(Vault& vault, const AnchorsFound& found);

/// For a command that does not know where else an anchor is: that it did not look there. Nothing when there is none.
[[nodiscard]] std::optional<std::string> second_place_not_looked_at(const Vault& vault);

/// Where the anchor is, for people.
[[nodiscard]] std::string anchor_text(const AnchorOptions& options);
/// What speaks against that place; nothing for a development vault, whose key lies beside its data anyway.
[[nodiscard]] std::vector<std::string> anchor_place_warnings(
    const Vault::Parts& parts, const AnchoredSince& since
);

}  // namespace rookery::messages
