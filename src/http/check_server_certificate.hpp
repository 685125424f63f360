// The offline check of the certificates and keys that ensure_server_certificate made.
#pragma once

#include "base/result.hpp"

#include <filesystem>

namespace rookery::http {

/// Does the folder hold what the vault wrote there, byte by byte, and do the files belong together? No
/// folder, or none of the files, is fine: the certificate may come from elsewhere. So is server.key
/// without server.pem, which an operator removes to be rid of names. Time is not looked at: `serve`
/// renews what ends.
///
/// Whoever makes all four files anew is not found: only those who keep ca.pem can tell.
/// Errc: integrity (a file was changed, is missing beside its pair, or does not belong to it: the
/// message names it), bad_permissions (a key that others can read, a symbolic link), io.
[[nodiscard]] Result<void> check_server_certificate(const std::filesystem::path& folder);

}  // namespace rookery::http
