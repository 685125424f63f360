#include "identity/bearer_token.hpp"

#include <array>
#include <cstdint>
#include <optional>

namespace rookery::identity {
namespace {

// unsigned __int128 is an extension that -Wpedantic names; both compilers have it on this platform.
__extension__ using Wide = unsigned __int128;

constexpr std::string_view digits =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr std::size_t id_size = 22;
constexpr std::size_t secret_size = 43;
constexpr std::size_t checksum_size = 6;
constexpr std::size_t checked_size = bearer_prefix.size() + id_size + 1 + secret_size;
static_assert(checked_size + checksum_size == bearer_token_size);

/// All ones if low <= c <= high, else zero; without a branch.
constexpr std::uint32_t within(std::uint32_t c, std::uint32_t low, std::uint32_t high) {
    return (((c - low) | (high - c)) >> 31U) - 1U;
}

static_assert(within('5', '0', '9') == ~std::uint32_t{0} && within('/', '0', '9') == 0);
static_assert(within(':', '0', '9') == 0 && within('9', '0', '9') == ~std::uint32_t{0});

/// 0..61, or 0x80 for another character. No table: its cache lines would tell about the secret.
constexpr std::uint32_t digit_of(char character) {
    const std::uint32_t c = static_cast<unsigned char>(character);
    const auto number = within(c, '0', '9');
    const auto upper = within(c, 'A', 'Z');
    const auto lower = within(c, 'a', 'z');
    return (number & (c - '0')) | (upper & (c - 'A' + 10)) | (lower & (c - 'a' + 36)) |
           (~(number | upper | lower) & 0x80U);
}

/// Big-endian bytes of a base62 number, or nothing when a digit is none or the number has more bits.
template <std::size_t N>
std::optional<ByteArray<N>> decode(std::string_view text) {
    constexpr std::size_t limbs = N / 8;
    std::array<std::uint64_t, limbs> number{};  // least significant first
    std::uint64_t wrong = 0;
    std::size_t at = 0;
    while (at < text.size()) {
        // Ten digits fit one limb (62^10 < 2^60), so the long arithmetic runs once per ten.
        std::uint64_t group = 0;
        std::uint64_t scale = 1;
        for (std::size_t n = 0; n < 10 && at < text.size(); ++n, ++at) {
            const auto digit = digit_of(text[at]);
            wrong |= digit & 0x80U;
            group = group * 62 + (digit & 0x7FU);
            scale *= 62;
        }
        Wide carry = group;
        for (auto& limb : number) {
            carry += static_cast<Wide>(limb) * scale;
            limb = static_cast<std::uint64_t>(carry);
            carry >>= 64U;
        }
        wrong |= static_cast<std::uint64_t>(carry);
    }
    ByteArray<N> out{};
    for (std::size_t i = 0; i < N; ++i) {
        out[N - 1 - i] = static_cast<std::uint8_t>(number[i / 8] >> (i % 8 * 8));
    }
    wipe(number.data(), sizeof number);
    if (wrong != 0) {
        wipe(out.data(), N);
        return std::nullopt;
    }
    return out;
}

/// Writes `out.size()` digits of a big-endian number; precondition: it fits.
void encode(ByteView number, std::span<std::uint8_t> out) {
    auto rest = SecretBytes::copy_of(number);
    rest.expose_mutable([&](std::span<std::uint8_t> bytes) {
        for (auto place = out.size(); place > 0; --place) {
            std::uint32_t remainder = 0;
            for (auto& byte : bytes) {
                const auto value = remainder << 8U | byte;
                byte = static_cast<std::uint8_t>(value / 62);
                remainder = value % 62;
            }
            out[place - 1] = static_cast<std::uint8_t>(digits[remainder]);
        }
    });
}

constexpr std::array<std::uint32_t, 256> crc_table() {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < 256; ++i) {
        auto value = i;
        for (int bit = 0; bit < 8; ++bit) {
            value = (value & 1U) != 0 ? value >> 1U ^ 0xEDB88320U : value >> 1U;
        }
        table[i] = value;
    }
    return table;
}

constexpr auto crc_rows = crc_table();

constexpr std::uint32_t crc32(std::string_view text) {
    std::uint32_t crc = ~std::uint32_t{0};
    for (const char c : text) {
        crc = crc_rows[(crc ^ static_cast<unsigned char>(c)) & 0xFFU] ^ crc >> 8U;
    }
    return ~crc;
}

static_assert(crc32("123456789") == 0xCBF43926U);  // the CRC catalogue's check value

std::array<char, checksum_size> checksum_of(std::string_view text) {
    std::array<char, checksum_size> out{};
    auto value = crc32(text);
    for (auto place = out.size(); place > 0; --place) {
        out[place - 1] = digits[value % 62];
        value /= 62;
    }
    return out;
}

/// All of the form but that the digits are some.
bool has_form(std::string_view token) {
    if (token.size() != bearer_token_size || !token.starts_with(bearer_prefix)) return false;
    if (token[bearer_prefix.size() + id_size] != '_') return false;
    const auto checksum = checksum_of(token.substr(0, checked_size));
    const std::string_view expected{checksum.data(), checksum.size()};
    return constant_time_equal(bytes_of(expected), bytes_of(token.substr(checked_size)));
}

tl::unexpected<Error> refused_token() {
    return fail(Errc::unauthenticated, std::string{refused_token_message});
}

}  // namespace

SecretBytes format(const Uuid& credential, const BearerSecret& secret) {
    SecretBytes token{bearer_token_size};
    token.expose_mutable([&](std::span<std::uint8_t> out) {
        std::memcpy(out.data(), bearer_prefix.data(), bearer_prefix.size());
        encode(credential.view(), out.subspan(bearer_prefix.size(), id_size));
        out[bearer_prefix.size() + id_size] = '_';
        secret.expose([&](ByteView bytes) {
            encode(bytes, out.subspan(bearer_prefix.size() + id_size + 1, secret_size));
        });
        const auto checksum = checksum_of(text_of(out.first(checked_size)));
        std::memcpy(out.data() + checked_size, checksum.data(), checksum.size());
    });
    return token;
}

Result<ParsedToken> parse(std::string_view token) {
    if (!has_form(token)) return refused_token();
    const auto id = decode<16>(token.substr(bearer_prefix.size(), id_size));
    auto secret = decode<32>(token.substr(bearer_prefix.size() + id_size + 1, secret_size));
    if (!id || !secret) {
        if (secret) wipe(secret->data(), secret->size());
        return refused_token();
    }
    ParsedToken parsed{Uuid{*id}, BearerSecret::copy_of(*secret)};
    wipe(secret->data(), secret->size());
    return parsed;
}

bool contains_token(std::string_view text) {
    for (auto at = text.find(bearer_prefix); at != std::string_view::npos;
         at = text.find(bearer_prefix, at + 1)) {
        if (has_form(text.substr(at, bearer_token_size))) return true;
    }
    return false;
}

}  // namespace rookery::identity
