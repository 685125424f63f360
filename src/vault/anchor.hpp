// Anchor: a small signed text that says what the next opening must find at least: so many log entries with
// this root, this keyring, and these rows if the log has not grown since. Kept where whoever puts back an
// older store does not get at it. Format with example: docs/formats/anchor.md. Pure; thread-safe.
#pragma once

#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "base/uuid.hpp"
#include "crypto/signing.hpp"
#include "ledger/vault_state.hpp"
#include "merkle/checkpoint.hpp"

#include <tl/expected.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace rookery::messages {

struct Anchor {
    Uuid vault;
    std::string origin;  // of the log
    std::uint64_t log_size = 0;
    Digest log_root{};
    std::uint64_t keyring_epoch = 0;
    Digest rows{};   // rows_digest of the state that it was made of
    Instant time{};  // of the clock when it was made, in whole seconds

    friend bool operator==(const Anchor&, const Anchor&) = default;
};

/// Longest text that is read.
inline constexpr std::size_t anchor_bytes_max = 4096;

/// Of all rows and of the outbox, by the sums that the vault state has; it tells nothing about the sums.
[[nodiscard]] Digest rows_digest(const Uuid& vault, const ledger::VaultState& state);

/// Of a state that is durable. `state.keyring_epoch` is written.
[[nodiscard]] Anchor anchor_of(
    const Uuid& vault, const std::string& origin, const ledger::VaultState& state, Instant now
);

/// The signed lines.
[[nodiscard]] std::string anchor_body(const Anchor& anchor);
/// Signs as `<origin>#anchor`, with the key that signs the log.
[[nodiscard]] std::string sign_anchor(const Anchor& anchor, const crypto::SigningKey& key);

enum class AnchorFault : std::uint8_t {
    damaged,  // not in the spelling of anchor_body, or not signed by this key
    foreign,  // of another vault
    newer,    // of a later format
};

/// `log_key` is the log's verifier key.
[[nodiscard]] tl::expected<Anchor, AnchorFault> read_anchor(
    std::string_view text, const Uuid& vault, const merkle::VerifierKey& log_key
);

}  // namespace rookery::messages
