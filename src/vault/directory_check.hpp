// The names in a data directory: which there may be, and what else there is.
#pragma once

#include "base/result.hpp"
#include "vault/store_report.hpp"
#include "vault/vault.hpp"

#include <filesystem>

namespace rookery::messages {

/// Reports every file that no vault of this kind has, with its path in the folder. Errc::io when a folder
/// cannot be listed.
[[nodiscard]] Result<void> check_directory(
    const std::filesystem::path& data, VaultKind kind, StoreReport& report
);

}  // namespace rookery::messages
