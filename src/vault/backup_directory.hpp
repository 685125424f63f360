// BackupDirectory: where backups are kept, each a directory of its own. It is there already, private and nobody's data
// directory, and one process at a time writes in it. What else lies in it is left alone.
//
//   backup-20261129T041012Z-5f0c1b2a/   a whole one: manifest, vault, log.vkey, store/
//   backup-20261129T…-scheduled/        the same, taken because its time had come
//   half-5f0c1b2a…/                     one that is being written, or was when a process ended
#pragma once

#include "base/folder.hpp"
#include "base/result.hpp"
#include "base/uuid.hpp"
#include "vault/backup_manifest.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::messages {

/// What the names of whole ones begin with.
inline constexpr std::string_view backup_name_prefix = "backup-";

struct KeptBackup {
    std::string name;
    Instant time{};
};

/// Each kind has its own number that stays: whoever takes many by hand drives out none of the schedule's.
enum class BackupKind : std::uint8_t { by_hand, scheduled };

class BackupDirectory {
 public:
    /// Errc::not_found when it is gone: it is never made, since below a missing mount lies another disk. Errc::bad_permissions
    /// for a link, or one that is not ours or open to others; Errc::in_use; Errc::usage when it lies in `data`.
    [[nodiscard]] static Result<BackupDirectory> open(
        const std::filesystem::path& path, const std::filesystem::path& data
    );

    [[nodiscard]] const Folder& folder() const { return folder_; }

    /// Those of this vault that are whole, as far as their manifests say; the newest last.
    [[nodiscard]] Result<std::vector<KeptBackup>> of_vault(const Uuid& vault) const;

    /// What processes have left that were ended.
    [[nodiscard]] Result<void> remove_halves() const;

    /// Of this vault and of the kind of `newest`, the oldest that is beyond the newest `keep`, if there is one; `newest` never
    /// goes. Whether one went.
    [[nodiscard]] Result<bool> remove_one_beyond(
        std::size_t keep, const Uuid& vault, const std::string& newest
    ) const;

    [[nodiscard]] static std::string name_of_half(const Uuid& backup);
    [[nodiscard]] static std::string name_of(const BackupManifest& manifest, BackupKind kind);

 private:
    explicit BackupDirectory(Folder folder) : folder_(std::move(folder)) {}

    Folder folder_;
};

/// 20261129T041012Z, as it stands in names.
[[nodiscard]] std::string name_time(Instant time);

/// The manifest of one. Errc::not_found: there is none, so it is no whole backup; see parse_manifest.
[[nodiscard]] Result<ReadManifest> read_manifest(const Folder& backup);

}  // namespace rookery::messages
