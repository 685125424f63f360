// Files that hold one 32-byte secret: a root key slot's key file, the log's signing seed.
// Content: 32 raw bytes, or 64 hex digits and a newline.
#pragma once

#include "base/file.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "crypto/keys.hpp"

#include <filesystem>

namespace rookery::crypto {

/// Follows no symbolic link. Errc::not_found when it is not there, Errc::io when it cannot be read; Errc::bad_permissions unless
/// it is a regular file of this user or root with mode 0400 or 0600; Errc::wrong_secret for another
/// content.
[[nodiscard]] Result<KeyFileSecret> read_key_file(
    const std::filesystem::path& path, PrivateFileKind kind = PrivateFileKind::handed_over
);

/// The key of a key file as text: 64 hex digits, without a newline.
[[nodiscard]] SecretBytes key_text(const KeyFileSecret& key);
/// Errc::invalid_argument for whatever key_text does not write, in either case; of its characters nothing is told.
[[nodiscard]] Result<KeyFileSecret> key_from_text(const SecretBytes& text);

/// A new file of 64 random hex digits, mode 0400, durable before it returns. Errc::in_use when
/// anything of that name exists; Errc::io otherwise.
[[nodiscard]] Result<void> create_key_file(const std::filesystem::path& path, Random& random);

}  // namespace rookery::crypto
