// VaultState: the one row that says what the whole store must add up to. Written in every batch,
// tagged under the row key; at unseal it must agree with the log. Format: docs/formats/vault-state.md.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "crypto/multiset_digest.hpp"
#include "crypto/row_authenticator.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace rookery::ledger {

/// Key of the row in Family::meta.
inline constexpr std::string_view vault_state_key = "state";

struct VaultState {
    static constexpr std::uint16_t newest_format = 2;

    std::uint64_t access_epoch = 0;
    std::uint64_t versionnumber = 0;  // newest one given
    std::uint64_t live_rows = 0;      // of every table, tombstones not counted
    std::uint64_t keyring_epoch = 0;  // of the keyring it was written with
    std::uint64_t log_size = 0;
    Digest log_root{};
    std::uint64_t checkpoint_size =
        0;                          // entries that the newest checkpoint covers; 0: there is none
    crypto::MultisetDigest digest;  // over every byte of every row: storage::digest_summand
    crypto::MultisetDigest fact_digest;  // the same over access facts alone: checked at every start
    crypto::MultisetDigest outbox_digest;  // over the entries of the outbox
};

/// Writes the keyring epoch that the authenticator has, whatever the state says.
[[nodiscard]] std::string encode(
    const VaultState& state, const crypto::RowAuthenticator& authenticator
);
/// Errc::integrity, with a text of its own when the keyring is older than the one it was written with;
/// Errc::newer_format when a newer program wrote it; Errc::bad_state for format 1.
[[nodiscard]] Result<VaultState> decode(
    std::string_view stored, const crypto::RowAuthenticator& authenticator
);

/// Format 1, which had its digests in clear and no more fields: what it does not say is left 0.
[[nodiscard]] Result<VaultState> decode_format_1(
    std::string_view stored, const crypto::RowAuthenticator& authenticator
);

}  // namespace rookery::ledger
