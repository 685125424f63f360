// Where the key of the server's certificate lies.
#pragma once

#include "base/file.hpp"
#include "base/result.hpp"
#include "cli/config.hpp"

#include <filesystem>

namespace rookery::cli {

struct TlsKey {
    std::filesystem::path file;
    PrivateFileKind kind = PrivateFileKind::own;
};

/// tls.key, the credential tls.key_credential, or the key that the vault's own authority issues its
/// certificate for, which may not be there yet. Errors of credential_file.
[[nodiscard]] Result<TlsKey> tls_key_of(const Config& config);

}  // namespace rookery::cli
