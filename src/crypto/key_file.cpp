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
                std::size_t written = 0;
                good = sodium_hex2bin(
                           out.data(),
                           out.size(),
                           reinterpret_cast<const char*>(bytes.data()),
                           text_bytes - 1,
                           nullptr,
                           &written,
                           nullptr
                       ) == 0 &&
                       written == raw_bytes;
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

Result<void> create_key_file(const fs::path& path, Random& random) {
    const auto key = KeyFileSecret::random(random);
    SecretBytes text(text_bytes + 1);  // sodium adds a terminator, which is not written
    return text.expose_mutable([&](std::span<std::uint8_t> out) {
        key.expose([&](ByteView bytes) {
            sodium_bin2hex(
                reinterpret_cast<char*>(out.data()), out.size(), bytes.data(), bytes.size()
            );
        });
        out[text_bytes - 1] = '\n';
        return create_file(path, out.first(text_bytes), FileMode::owner_reads);
    });
}

}  // namespace rookery::crypto
