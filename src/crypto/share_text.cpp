#include "crypto/share_text.hpp"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <string_view>

namespace rookery::crypto {
namespace {

// u8(1) || 8 set id || u8 k || u8 n || u8 number || 32 value || 4 checksum
constexpr std::uint8_t format = 1;
constexpr std::size_t set_id_at = 1;
constexpr std::size_t threshold_at = 9;
constexpr std::size_t count_at = 10;
constexpr std::size_t number_at = 11;
constexpr std::size_t value_at = 12;
constexpr std::size_t checksum_at = 44;
constexpr std::size_t checksum_bytes = 4;
constexpr std::size_t binary_bytes = checksum_at + checksum_bytes;

constexpr std::string_view prefix = "svs1";
constexpr std::size_t digits = (binary_bytes * 8 + 4) / 5;
constexpr std::size_t share_text_bytes = prefix.size() + digits;

constexpr std::string_view mistyped_hint =
    "it is one line that begins with svs1, with 81 small letters and digits in all: compare it "
    "with what "
    "was handed out";

/// 0xFF when low <= c <= high, else 0; without a branch, since `c` is of a secret.
std::uint8_t between(unsigned c, unsigned low, unsigned high) {
    return static_cast<std::uint8_t>(0U - (((low - 1 - c) & (c - high - 1)) >> 31U));
}

/// The base32 digit (RFC 4648, small letters), or 0xFF.
std::uint8_t value_of(std::uint8_t c) {
    const auto letter = between(c, 'a', 'z');
    const auto figure = between(c, '2', '7');
    return static_cast<std::uint8_t>(
        (letter & (c - 'a')) | (figure & (c - '2' + 26)) | ~(letter | figure)
    );
}

std::uint8_t digit_of(std::uint8_t value) {
    const auto figure = between(value, 26, 31);
    return static_cast<std::uint8_t>((~figure & (value + 'a')) | (figure & (value - 26 + '2')));
}

void put_checksum(ByteView binary, std::span<std::uint8_t> out) {
    Digest digest{};
    crypto_generichash(digest.data(), digest.size(), binary.data(), checksum_at, nullptr, 0);
    std::copy_n(digest.begin(), checksum_bytes, out.begin());
}

void encode(ByteView binary, std::span<std::uint8_t> out) {
    unsigned held = 0;
    int bits = 0;
    std::size_t at = 0;
    for (const auto byte : binary) {
        held = (held << 8U) | byte;
        for (bits += 8; bits >= 5;) {
            bits -= 5;
            out[at++] =
                digit_of(static_cast<std::uint8_t>((held >> static_cast<unsigned>(bits)) & 31U));
        }
        held &= 0xFFU;
    }
    if (bits > 0) {
        out[at] =
            digit_of(static_cast<std::uint8_t>((held << static_cast<unsigned>(5 - bits)) & 31U));
    }
}

/// False when a character is no digit, or a bit beyond the last byte is set.
bool decode(ByteView text, std::span<std::uint8_t> out) {
    unsigned held = 0;
    int bits = 0;
    std::size_t at = 0;
    unsigned bad = 0;
    for (const auto c : text) {
        const auto value = value_of(c);
        bad |= value & 0xE0U;
        held = (held << 5U) | (value & 31U);
        bits += 5;
        if (bits >= 8) {
            bits -= 8;
            out[at++] = static_cast<std::uint8_t>((held >> static_cast<unsigned>(bits)) & 0xFFU);
        }
        held &= 0xFFU;
    }
    bad |= held & ((1U << static_cast<unsigned>(bits)) - 1U);
    return bad == 0;
}

/// The share's bytes when the text is one, else nothing.
SecretBytes binary_of(ByteView text) {
    const bool form =
        text.size() == share_text_bytes && text_of(text.first(prefix.size())) == prefix;
    if (!form) return {};
    SecretBytes out(binary_bytes);
    const bool good = out.expose_mutable([&](std::span<std::uint8_t> binary) {
        std::array<std::uint8_t, checksum_bytes> sum{};
        const bool decoded = decode(text.subspan(prefix.size()), binary);
        put_checksum(binary, sum);
        return decoded && constant_time_equal(sum, binary.subspan(checksum_at));
    });
    return good ? std::move(out) : SecretBytes{};
}

tl::unexpected<Error> wrong(std::string message, std::string_view hint) {
    return fail(Errc::wrong_secret, std::move(message), std::string(hint));
}

}  // namespace

bool is_possible(const ShareSet& set) {
    return set.threshold >= threshold_min && set.threshold <= set.count && set.count <= shares_max;
}

SecretBytes to_text(const SetShare& share) {
    SecretBytes binary(binary_bytes);
    SecretBytes text(share_text_bytes);
    binary.expose_mutable([&](std::span<std::uint8_t> out) {
        out[0] = format;
        std::ranges::copy(share.set.id, out.begin() + set_id_at);
        out[threshold_at] = share.set.threshold;
        out[count_at] = share.set.count;
        out[number_at] = share.share.number;
        share.share.value.expose([&](ByteView y) {
            std::memcpy(out.data() + value_at, y.data(), y.size());
        });
        put_checksum(out, out.subspan(checksum_at));
        text.expose_mutable([&](std::span<std::uint8_t> to) {
            std::ranges::copy(prefix, to.begin());
            encode(out, to.subspan(prefix.size()));
        });
    });
    return text;
}

Result<SetShare> parse_share(const SecretBytes& text, std::size_t place) {
    const auto binary = text.expose(binary_of);
    const auto which = "share " + std::to_string(place) + " of those that were given ";
    if (binary.empty()) return wrong(which + "is mistyped or no share", mistyped_hint);
    return binary.expose([&](ByteView bytes) -> Result<SetShare> {
        SetShare out{
            {{}, bytes[threshold_at], bytes[count_at]},
            {bytes[number_at], ShareValue::copy_of(bytes.subspan(value_at, 32))}};
        std::copy_n(bytes.begin() + set_id_at, out.set.id.size(), out.set.id.begin());
        if (bytes[0] != format || !is_possible(out.set) || out.share.number == 0 ||
            out.share.number > out.set.count) {
            return wrong(which + "is none that this program makes", mistyped_hint);
        }
        return out;
    });
}

Digest share_digest(const SetShare& share) {
    constexpr std::string_view label = "sv1.share";
    const std::array<std::uint8_t, 2> size{0, static_cast<std::uint8_t>(label.size())};
    Digest out{};
    crypto_generichash_state state;
    crypto_generichash_init(&state, nullptr, 0, out.size());
    const auto add = [&](ByteView bytes) {
        crypto_generichash_update(&state, bytes.data(), bytes.size());
    };
    add(size);
    add(bytes_of(label));
    add(share.set.id);
    add({&share.share.number, 1});
    share.share.value.expose(add);
    crypto_generichash_final(&state, out.data(), out.size());
    wipe(&state, sizeof state);
    return out;
}

Result<void> check_together(std::span<const SetShare> shares) {
    const auto& set = shares.front().set;
    for (std::size_t i = 0; i < shares.size(); ++i) {
        if (shares[i].set != set) {
            return wrong(
                "share " + std::to_string(i + 1) +
                    " of those that were given is of another set than the first",
                "shares combine with those that were made together with them"
            );
        }
        for (std::size_t j = 0; j < i; ++j) {
            if (shares[j].share.number != shares[i].share.number) continue;
            return wrong(
                "share number " + std::to_string(shares[i].share.number) + " was given twice",
                "each holder gives his own"
            );
        }
    }
    return {};
}

}  // namespace rookery::crypto
