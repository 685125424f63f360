// check_backup: what can be told of a backup without any key: that it is whole, every byte as it was written, and that the
// log in it is complete and unchanged. Nothing in it is changed.
#pragma once

#include "base/result.hpp"
#include "vault/backup_manifest.hpp"
#include "vault/store_report.hpp"
#include "vault/verify_store.hpp"

#include <filesystem>
#include <optional>

namespace rookery::messages {

struct BackupReport {
    StoreReport report;
    std::optional<BackupManifest> manifest;  // if there is one that can be read
    bool is_signed = false;                  // by the key in log.vkey
};

/// Errc::not_found: there is no backup, or only a half one; Errc::newer_format; Errc::io when something cannot be read for
/// another reason than damage, which is in the report.
[[nodiscard]] Result<BackupReport> check_backup(
    const std::filesystem::path& path, const VerifyProgress& progress = {}
);

}  // namespace rookery::messages
