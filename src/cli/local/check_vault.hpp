// The full check of a vault that nobody has open, for the command line.
#pragma once

#include "base/result.hpp"
#include "vault/backup_manifest.hpp"
#include "vault/key_backup.hpp"
#include "vault/store_report.hpp"
#include "vault/vault.hpp"

#include <filesystem>

namespace rookery::cli {

/// Opens it, which writes entries to its log. A vault that does not open because of what is on its disk has that as a
/// finding, and those of its log.
[[nodiscard]] Result<messages::StoreReport> check_vault(
    const std::filesystem::path& data, const messages::Unsealing& unsealing,
    messages::AnchorRule anchor = messages::AnchorRule::own_place
);

/// The same of a backup, whose files are as they were written, with this keyring: on a copy in the directory for temporary
/// files, which is taken away again.
[[nodiscard]] Result<messages::StoreReport> check_backup_opened(
    const std::filesystem::path& backup, const messages::BackupManifest& manifest,
    const messages::KeyBackup& keys, const messages::Unsealing& unsealing
);

}  // namespace rookery::cli
