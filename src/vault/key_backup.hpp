// Key backup: the files `slots` and `keyring` of one moment, both sealed, as one file. Apart from the backups of the data:
// who destroys a key must be able to say where copies of the keyring are. Format: docs/formats/backup.md.
#pragma once

#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "base/folder.hpp"
#include "base/result.hpp"
#include "base/uuid.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>

namespace rookery::messages {

struct KeyBackup {
    Uuid vault;
    Instant time{};
    Bytes slots;
    Bytes keyring;

    /// As the keyring's file says in clear; opening it proves that.
    [[nodiscard]] std::uint64_t keyring_epoch() const;
};

inline constexpr std::size_t key_backup_bytes_max = std::size_t{24} << 20;

[[nodiscard]] Bytes encode(const KeyBackup& backup);
/// Errc::integrity for anything that encode does not write; Errc::newer_format.
[[nodiscard]] Result<KeyBackup> parse_key_backup(ByteView file);

/// Of a data directory, whether somebody has it open or not. The two files belong together: when the keyring changes while
/// they are read they are read again. Errc: not_found, bad_permissions, integrity, io.
[[nodiscard]] Result<KeyBackup> read_keys(const std::filesystem::path& data, Instant now);

/// As a new file of mode 0600, durable; then of this vault's those of the `keep` epochs that were saved last stay, and of each of
/// these the newest `keep`: however often one keyring is saved, that drives out no other. Its name.
[[nodiscard]] Result<std::string> keep_key_backup(
    const Folder& folder, const KeyBackup& backup, std::size_t keep
);

/// See parse_key_backup. Errc::not_found; Errc::bad_permissions.
[[nodiscard]] Result<KeyBackup> read_key_backup(const std::filesystem::path& file);

}  // namespace rookery::messages
