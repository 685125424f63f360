// What the vault already holds of a file's rows, looked up by their keys, as many in one request as it takes.
#pragma once

#include "base/result.hpp"
#include "cli/client/api_client.hpp"
#include "cli/import/import_scan.hpp"
#include "cli/import/vault_row.hpp"

#include <cstdint>
#include <functional>
#include <unordered_map>

namespace rookery::cli {

/// By the position in ImportScan::rows.
using VaultRows = std::unordered_map<std::uint32_t, VaultRow>;

/// Of the rows that are open and within the caller's reach. The two tables are read at once, each over a
/// connection of its own. `progress` is told, on this thread, how many rows were seen.
[[nodiscard]] Result<VaultRows> read_vault_rows(
    ApiClient& client, ApiClient& client_for_handles, const ImportScan& scan,
    const std::function<void(std::uint64_t)>& progress
);

/// Of one unique handle id, as it is now.
[[nodiscard]] Result<VaultRow> read_vault_row(ApiClient& client, const ScannedRow& row);

}  // namespace rookery::cli
