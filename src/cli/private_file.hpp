// Small files that hold one secret: bearer tokens, passphrases. Read and written so that nobody
// else on the machine sees them and no symbolic link leads elsewhere.
#pragma once

#include "base/result.hpp"
#include "base/secret.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace rookery::cli {

enum class PrivateFileKind : std::uint8_t {
    own,                // of this user or root, mode 0600 or 0400
    systemd_credential  // root may also have let this user read it by access list (mode 0440)
};

/// The first line, at most 1024 bytes. Errc::not_found, Errc::io; Errc::bad_permissions when it is
/// a symbolic link, not a regular file, or not private; Errc::usage when it is empty or longer.
[[nodiscard]] Result<SecretBytes> read_private_file(
    const std::filesystem::path& path, PrivateFileKind kind = PrivateFileKind::own
);

/// read_private_file of the systemd credential of this name. Errc::usage when there is none.
[[nodiscard]] Result<SecretBytes> read_credential(const std::string& name);

/// A new file of mode 0600 holding `before`, the secret and a line end;
/// durable when it returns. Errc::in_use when the name exists.
[[nodiscard]] Result<void> write_private_file(
    const std::filesystem::path& path, const SecretBytes& secret, std::string_view before = {}
);

/// A bearer token: read_private_file of visible ASCII without blanks. Errc::usage otherwise.
[[nodiscard]] Result<SecretBytes> read_token_file(const std::filesystem::path& path);

}  // namespace rookery::cli
