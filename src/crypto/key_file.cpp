#include "crypto/key_file.hpp"

#include "base/file.hpp"
#include "base/secret.hpp"

#include <sodium.h>

#include <cstring>
#include <span>

namespace rookery::crypto {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t raw_bytes = 32;
constexpr std::size_t text_bytes = 65;  // hex and newline
constexpr std::size_t hex_digits = text_bytes - 1;

/// Whether these are the hex digits of a key, which then is in `out`. In constant time, but for their number.
bool read_hex(ByteView digits, std::span<std::uint8_t, raw_bytes> out) {
    std::size_t written = 0;
    return digits.size() == hex_digits &&
           sodium_hex2bin(
               out.data(),
               out.size(),
               reinterpret_cast<const char*>(digits.data()),
               digits.size(),
               nullptr,
               &written,
               nullptr
           ) == 0 &&
           written == raw_bytes;
}

}  // namespace

Result<KeyFileSecret> read_key_file(const fs::path& path, PrivateFileKind kind) {
    const auto content = read_private_file(path, text_bytes, kind);
    if (!content && content.error().code == Errc::not_found) {
        return fail(
            Errc::not_found,
            path.string() + ": there is no such key file",
            "is the volume that holds it mounted?"
        );
    }
    if (!content && content.error().code != Errc::too_large) return fail(content.error());
    bool good = false;
    auto secret = KeyFileSecret::filled_by([&](std::span<std::uint8_t, 32> out) {
        if (!content) return;
        content->expose([&](ByteView bytes) {
            if (bytes.size() == raw_bytes) {
                std::memcpy(out.data(), bytes.data(), raw_bytes);
                good = true;
            } else if (bytes.size() == text_bytes && bytes[text_bytes - 1] == '\n') {
                good = read_hex(bytes.first(hex_digits), out);
            }
        });
    });
    if (!good) {
        return fail(
            Errc::wrong_secret,
            path.string() + ": is not a key file",
            "it must hold 32 bytes, or 64 hex digits and a newline"
        );
    }
    return secret;
}

SecretBytes key_text(const KeyFileSecret& key) {
    SecretBytes text(hex_digits + 1);  // sodium adds a terminator, which is cut off
    text.expose_mutable([&](std::span<std::uint8_t> out) {
        key.expose([&](ByteView bytes) {
            sodium_bin2hex(
                reinterpret_cast<char*>(out.data()), out.size(), bytes.data(), bytes.size()
            );
        });
    });
    text.shrink(hex_digits);
    return text;
}

Result<KeyFileSecret> key_from_text(const SecretBytes& text) {
    bool good = false;
    auto key = KeyFileSecret::filled_by([&](std::span<std::uint8_t, raw_bytes> out) {
        text.expose([&](ByteView digits) { good = read_hex(digits, out); });
    });
    if (!good) return fail(Errc::invalid_argument, "a key is brought as 64 hex digits");
    return key;
}

Result<void> create_key_file(const fs::path& path, Random& random) {
    auto text = key_text(KeyFileSecret::random(random));
    text.append(bytes_of("\n"));
    return text.expose([&](ByteView bytes) {
        return create_file(path, bytes, FileMode::owner_reads);
    });
}

}  // namespace rookery::crypto
