// A share of a root key slot's secret as its holder keeps it: one line of text that names its set and its
// number, and tells whether it was mistyped. docs/formats/share.md
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "crypto/shamir.hpp"

#include <cstdint>
#include <span>

namespace rookery::crypto {

/// Drawn for each set: shares of two sets do not combine.
using ShareSetId = ByteArray<8>;

/// Any `threshold` of the set's `count` shares are its secret.
struct ShareSet {
    ShareSetId id{};
    std::uint8_t threshold = 0;
    std::uint8_t count = 0;

    friend bool operator==(const ShareSet&, const ShareSet&) = default;
};

struct SetShare {
    ShareSet set;
    Share share;
};

/// 2 <= threshold <= count <= 16.
[[nodiscard]] bool is_possible(const ShareSet& set);

/// "svs1" and 77 letters and digits, without a line end.
[[nodiscard]] SecretBytes to_text(const SetShare& share);
/// Errc::wrong_secret for whatever to_text does not write; of its bytes nothing is told. `place`: where it
/// stands among those that were given, from 1 on.
[[nodiscard]] Result<SetShare> parse_share(const SecretBytes& text, std::size_t place);

/// What a slot keeps of a share, to tell a wrong one from the right one.
[[nodiscard]] Digest share_digest(const SetShare& share);

/// Whether these are of one set, each there once. Errc::wrong_secret that names the share, by its number or
/// its place. Precondition: not empty.
[[nodiscard]] Result<void> check_together(std::span<const SetShare> shares);

}  // namespace rookery::crypto
