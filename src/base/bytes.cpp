#include "base/bytes.hpp"

#include "base/hex_digit.hpp"

#include <sodium.h>

namespace rookery {
namespace {

std::string encode(ByteView bytes, int variant) {
    std::string out(sodium_base64_encoded_len(bytes.size(), variant), '\0');
    sodium_bin2base64(out.data(), out.size(), bytes.data(), bytes.size(), variant);
    out.resize(out.size() - 1);  // the terminator
    return out;
}

std::optional<Bytes> decode(std::string_view text, int variant) {
    if (text.empty()) return Bytes{};  // sodium takes no null pointers
    Bytes out(text.size() * 3 / 4 + 3);
    std::size_t size = 0;
    if (sodium_base642bin(
            out.data(), out.size(), text.data(), text.size(), nullptr, &size, nullptr, variant
        ) != 0) {
        return std::nullopt;
    }
    out.resize(size);
    if (encode(out, variant) != text) return std::nullopt;  // one spelling
    return out;
}

}  // namespace

std::string to_hex(ByteView bytes) {
    std::string out;
    out.reserve(bytes.size() * 2);
    for (const auto byte : bytes) {
        out.push_back(hex_digits[byte >> 4]);
        out.push_back(hex_digits[byte & 15]);
    }
    return out;
}

std::optional<Bytes> from_hex(std::string_view text) {
    if (text.size() % 2 != 0) return std::nullopt;
    if (text.empty()) return Bytes{};  // sodium takes no null pointers
    Bytes out(text.size() / 2);
    std::size_t size = 0;
    const char* end = nullptr;
    if (sodium_hex2bin(out.data(), out.size(), text.data(), text.size(), nullptr, &size, &end) !=
            0 ||
        size != out.size() || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return out;
}

std::string to_base64(ByteView bytes) { return encode(bytes, sodium_base64_VARIANT_ORIGINAL); }

std::optional<Bytes> from_base64(std::string_view text) {
    return decode(text, sodium_base64_VARIANT_ORIGINAL);
}

std::string to_base64url(ByteView bytes) {
    return encode(bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

std::optional<Bytes> from_base64url(std::string_view text) {
    return decode(text, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

}  // namespace rookery
