// Restoring: a backup of the data and one of the keyring put together as a data directory again. It is made in a directory
// `restoring` of its own within the new one, and moved out of it when it has proved that it opens; the file `vault` comes
// last, without which no directory is a vault. One that was cut off is begun anew by the next.
#pragma once

#include "base/folder.hpp"
#include "base/result.hpp"
#include "vault/backup_manifest.hpp"
#include "vault/key_backup.hpp"
#include "vault/verify_store.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <utility>

namespace rookery::messages {

/// Of one vault, and the keyring is not older than the state. Errc::integrity, with what contradicts what.
[[nodiscard]] Result<void> check_they_fit(const BackupManifest& backup, const KeyBackup& keys);

class Restoring {
 public:
    /// `data`: absent, empty, or left by a restore that was cut off. Errc::in_use for any other, which stays as it is; Errc::usage
    /// in a vault, a backup or a directory of backups.
    [[nodiscard]] static Result<std::unique_ptr<Restoring>> begin(const std::filesystem::path& data
    );

    /// Takes away what is not finished.
    ~Restoring();
    Restoring(const Restoring&) = delete;
    Restoring& operator=(const Restoring&) = delete;

    /// Everything, synced, each file compared with its digest in the manifest. See check_they_fit.
    [[nodiscard]] Result<void> copy(
        const std::filesystem::path& backup, const BackupManifest& manifest, const KeyBackup& keys,
        const VerifyProgress& progress = {}
    );

    /// What copy() made: a data directory, to be opened and closed before finish().
    [[nodiscard]] std::filesystem::path place() const;

    /// Makes it the data directory; durable when it returns.
    [[nodiscard]] Result<void> finish();

 private:
    Restoring(Folder folder, bool made) : folder_(std::move(folder)), made_(made) {}

    Folder folder_;
    bool made_;  // the directory, too
    std::optional<Folder> inner_;
    bool moving_ = false;
};

}  // namespace rookery::messages
