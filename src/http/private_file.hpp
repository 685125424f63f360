// Files that hold a private key in PEM form: read only when nobody else can, written so that nobody
// else ever could. Used for TLS keys.
#pragma once

#include <filesystem>

#include "base/result.hpp"
#include "base/secret.hpp"

namespace rookery::http {

/// At most 64 KiB. Errc::bad_permissions for a symlink, something that is no regular file, a file of
/// another owner than this process or root, or one that group or others may open; Errc::io otherwise.
[[nodiscard]] Result<SecretBytes> read_private_file(const std::filesystem::path& path);

enum class FileMode : std::uint16_t { owner_only = 0600, world_readable = 0644 };

/// Replaces `path` in one step and syncs it; Errc::io.
[[nodiscard]] Result<void> write_file(
    const std::filesystem::path& path, ByteView content, FileMode mode
);

}  // namespace rookery::http
