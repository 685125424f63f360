#include "base/percent_encode.hpp"

namespace rookery {
namespace {

bool unreserved(std::uint8_t byte) {
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9') || byte == '-' || byte == '.' || byte == '_' || byte == '~';
}

/// Hands on each byte as it is or as its escape, as a ByteView.
template <class Append>
void encode(ByteView bytes, Append append) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    for (const auto byte : bytes) {
        if (unreserved(byte)) {
            append(ByteView{&byte, 1});
        } else {
            const std::uint8_t escape[] = {
                '%',
                static_cast<std::uint8_t>(digits[byte >> 4U]),
                static_cast<std::uint8_t>(digits[byte & 15U])};
            append(ByteView{escape});
        }
    }
}

}  // namespace

std::string percent_encode(std::string_view text) {
    std::string out;
    out.reserve(text.size() + text.size() / 2);
    encode(bytes_of(text), [&](ByteView part) { out += text_of(part); });
    return out;
}

void append_percent_encoded(SecretBytes& out, ByteView bytes) {
    encode(bytes, [&](ByteView part) { out.append(part); });
}

}  // namespace rookery
