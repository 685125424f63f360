// Where the key of the server's certificate lies, and what it means where that is beside the data.
#pragma once

#include "base/file.hpp"
#include "base/result.hpp"
#include "cli/config/config.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace rookery::cli {

struct TlsKey {
    std::filesystem::path file;
    PrivateFileKind kind = PrivateFileKind::own;
};

/// tls.key, the credential tls.key_credential, or the key that the vault's own authority issues its
/// certificate for, which may not be there yet. Errors of credential_file.
[[nodiscard]] Result<TlsKey> tls_key_of(const Config& config);

/// For the status of a production vault: one line when a TLS key lies in the data directory or on its file
/// system, be it `key` (empty: unknown) or one of the vault's own authority; else nothing.
[[nodiscard]] std::vector<std::string> tls_key_warnings(
    const std::filesystem::path& key, const std::filesystem::path& data
);

}  // namespace rookery::cli
