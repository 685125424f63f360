// Slots that any k of n shares open (Shamir), each kept by another person. What is split is a secret of the
// slot's own, not the root key. Params: u8 k || u8 n || 8 set id || n × 32 digest of a share, so that a
// wrong share is named before anything is computed with it. docs/formats/share.md
#pragma once

#include "base/result.hpp"
#include "base/secret.hpp"
#include "crypto/root_slots.hpp"
#include "crypto/share_text.hpp"

#include <cstdint>
#include <filesystem>
#include <span>

namespace rookery::crypto {

/// A share that was made with a slot of this vault.
struct KnownShare {
    ShareSet set;
    std::uint8_t number = 0;
};

/// For shares that come one by one: each is judged when it comes, without the others. Errc::wrong_secret for one that
/// is mistyped, of no set of these slots, or not the one that was made.
[[nodiscard]] Result<KnownShare> know_share(std::span<const Slot> slots, const SecretBytes& text);

/// A file for each of these shares of one set, mode 0600, in a folder that is made when it is not there: all of them or none.
/// Errc::wrong_secret for a text that is no share; those of create_file.
[[nodiscard]] Result<void> write_shares(
    std::span<const SecretBytes> texts, const std::filesystem::path& folder
);

}  // namespace rookery::crypto
