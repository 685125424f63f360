// The plan of an import: every row of the file with what will become of it, and whose access changes. What
// it says is what the run does, or the run says where not.
#pragma once

#include "base/result.hpp"
#include "cli/client/api_client.hpp"
#include "cli/import/access_outlook.hpp"
#include "cli/import/import_counts.hpp"
#include "cli/import/import_directory.hpp"
#include "cli/import/import_options.hpp"
#include "cli/import/import_scan.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace rookery::cli {

/// Who imports, and into which vault.
struct ImportCaller {
    ImportOwner user;
    Uuid organization;
};

[[nodiscard]] Result<ImportCaller> who_imports(ApiClient& client);

/// Fills the plans of the rows that are open. Reads only; see read_vault_rows for both connections and `progress`.
[[nodiscard]] Result<void> plan_import(
    ApiClient& client, ApiClient& client_for_handles, ImportDirectory& directory,
    const ImportCaller& caller, const ImportOptions& options, ImportScan& scan,
    const std::function<void(std::uint64_t)>& progress
);

/// Applications that the rows which are open name and the vault does not have, each once, as the file first
/// spells them.
[[nodiscard]] std::vector<std::string> new_applications(const ImportScan& scan);

/// Of the rows that are open: how many records go from whom to whom, or stay and get a token.
[[nodiscard]] OwnerMoves owner_moves(const ImportScan& scan);

}  // namespace rookery::cli
