#include "base/uuid.hpp"

#include "base/random.hpp"

namespace rookery {

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
    std::string digits;
    digits.reserve(32);
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
        if (hyphen != (text[i] == '-')) return std::nullopt;
        if (!hyphen) digits.push_back(text[i]);
    }
    const auto bytes = from_hex(digits);
    if (!bytes) return std::nullopt;
    return from_bytes(*bytes);
}

std::string to_string(const Uuid& id) {
    auto out = to_hex(id.bytes);
    for (const std::size_t at : {8U, 13U, 18U, 23U}) out.insert(at, 1, '-');
    return out;
}

}  // namespace rookery
