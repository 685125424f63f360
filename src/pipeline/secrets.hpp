// Sealing and opening the tokens of one row. A write of any token draws a fresh DEK and re-seals the
// other tokens under it, so that all sealed columns of a row share one dek_version.
#pragma once

#include "audit/event.hpp"
#include "crypto/pseudonyms.hpp"
#include "crypto/record_sealer.hpp"
#include "pipeline/input.hpp"
#include "storage/row.hpp"

#include <span>

namespace rookery::messages {

/// Puts the tokens of `cells` (null clears) into `row`, whose row_version is already the new one, and
/// says by keyed hash what changed. A token that is there already keeps its value version. Errc::integrity when a token that was there cannot be opened.
[[nodiscard]] Result<std::vector<audit::ValueChange>> seal_secrets(
    const crypto::RecordSealer& sealer, const crypto::Pseudonyms& pseudonyms, storage::Row& row,
    std::span<const InputCell* const> cells
);

/// Whether one of them became another one, by these hashes: a token that is written again is no other one.
[[nodiscard]] bool sets_other_values(const std::vector<audit::ValueChange>& changes);

/// The same values under a fresh data key, for a row whose row_version is already the new one. None of them leaves the
/// crypto module. Errc::integrity when one cannot be opened, and those of KeyUses::take; then the row is of no use.
[[nodiscard]] Result<void> reseal_secrets(const crypto::RecordSealer& sealer, storage::Row& row);

/// The row's DEK, unwrapped once for all its columns.
[[nodiscard]] Result<crypto::Dek> open_dek(
    const crypto::RecordSealer& sealer, const storage::Row& row
);

/// Errc::integrity for anything but the exact value that was sealed for this place.
[[nodiscard]] Result<SecretBytes> open_secret(
    const crypto::RecordSealer& sealer, const storage::Row& row, const crypto::Dek& dek,
    const schema::Column& column, const storage::SealedValue& value
);

/// Which keys the row's tokens are under, for the log.
[[nodiscard]] audit::KeyVersions key_versions(const storage::Row& row);

}  // namespace rookery::messages
