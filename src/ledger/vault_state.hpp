// VaultState: the one row that says what the whole store must add up to. Written in every batch,
// tagged under the row key; at unseal it must agree with the log. Format: docs/formats/vault-state.md.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "crypto/multiset_digest.hpp"
#include "crypto/multiset_digest.hpp"
#include "crypto/row_authenticator.hpp"

namespace rookery::ledger {

/// Key of the row in Family::meta.
inline constexpr std::string_view vault_state_key = "state";

struct VaultState {
    static constexpr std::uint16_t newest_format = 1;

    std::uint16_t store_format = newest_format;
    std::uint64_t access_epoch = 0;
    std::uint64_t versionnumber = 0;    // newest one given
    crypto::MultisetDigest digest;      // over (table, id, row_version, tag) of every row
    crypto::MultisetDigest fact_digest; // the same over access facts alone: checked at every start
    std::uint64_t log_size = 0;
    Digest log_root{};
};

[[nodiscard]] std::string encode(const VaultState& state, const crypto::RowAuthenticator& authenticator);
/// Errc::integrity; Errc::newer_format when a newer program wrote it.
[[nodiscard]] Result<VaultState> decode(
    std::string_view stored, const crypto::RowAuthenticator& authenticator
);

}  // namespace rookery::ledger
