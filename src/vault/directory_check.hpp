// The names in a data directory: which there may be, and what else there is.
#pragma once

#include "base/result.hpp"
#include "vault/store_report.hpp"
#include "vault/vault.hpp"

#include <filesystem>
#include <string_view>

namespace rookery::messages {

/// Reports every file that no vault of this kind has, with its path in the folder. Errc::io when a folder
/// cannot be listed.
[[nodiscard]] Result<void> check_directory(
    const std::filesystem::path& data, VaultKind kind, StoreReport& report
);

/// Whether the engine keeps a file of that name in `store/`, and reads it again when it opens the store.
[[nodiscard]] bool is_store_file(std::string_view name);

}  // namespace rookery::messages
