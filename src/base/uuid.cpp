#include "base/uuid.hpp"

#include "base/hex_digit.hpp"
#include "base/random.hpp"

namespace rookery {
namespace {

constexpr bool is_hyphen(std::size_t at) { return at == 8 || at == 13 || at == 18 || at == 23; }

}  // namespace

Uuid Uuid::random(Random& random) {
    Uuid id;
    random.fill(id.bytes);
    id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0F) | 0x40);
    id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3F) | 0x80);
    return id;
}

Uuid Uuid::from_bytes(ByteView bytes) {
    Uuid id;
    std::memcpy(id.bytes.data(), bytes.data(), id.bytes.size());
    return id;
}

std::optional<Uuid> Uuid::parse(std::string_view text) {
    if (text.size() != 36) return std::nullopt;
    Uuid id;
    std::size_t digits = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (is_hyphen(i) != (text[i] == '-')) return std::nullopt;
        if (is_hyphen(i)) continue;
        const int value = hex_value(text[i]);
        if (value < 0) return std::nullopt;
        auto& byte = id.bytes[digits++ / 2];
        byte = static_cast<std::uint8_t>(byte << 4 | value);
    }
    return id;
}

std::string to_string(const Uuid& id) {
    const auto text = text_of(id);
    return {text.data(), text.size()};
}

std::array<char, 36> text_of(const Uuid& id) {
    std::array<char, 36> out{};
    out.fill('-');
    std::size_t at = 0;
    for (const auto byte : id.bytes) {
        if (is_hyphen(at)) ++at;
        out[at++] = hex_digits[byte >> 4];
        out[at++] = hex_digits[byte & 15];
    }
    return out;
}

}  // namespace rookery
