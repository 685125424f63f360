// The manifest of a backup: whose it is, which state it holds, and every file with its size and digest. Format:
// docs/formats/backup.md. Pure; thread-safe.
#pragma once

#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/uuid.hpp"
#include "crypto/signing.hpp"
#include "vault/data_directory.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::messages {

/// Its name in the backup's directory.
inline constexpr std::string_view manifest_name = "manifest";
inline constexpr std::size_t manifest_bytes_max = std::size_t{8} << 20;
inline constexpr std::size_t backup_files_max = 50'000;

struct BackupFile {
    std::string name;  // "vault", "log.vkey" or "store/" and a name of the engine
    std::uint64_t size = 0;
    Digest digest{};  // SHA-256

    friend bool operator==(const BackupFile&, const BackupFile&) = default;
};

struct BackupManifest {
    Uuid id;
    VaultIdentity vault;
    std::uint64_t keyring_epoch =
        0;           // that the state was written under: an older keyring does not open it
    Instant time{};  // whole seconds
    std::uint64_t log_size = 0;
    Digest log_root{};
    std::vector<BackupFile> files;  // ascending by name, none twice
};

/// `key`: the log's signing key; null: nobody signs it.
[[nodiscard]] std::string encode(const BackupManifest& manifest, const crypto::SigningKey* key);

struct ReadManifest {
    BackupManifest manifest;
    std::string body;  // what is signed
    std::optional<crypto::Signature> signature;

    [[nodiscard]] bool signed_by(const crypto::PublicKey& key) const {
        return signature && crypto::verify_signature(key, bytes_of(body), *signature);
    }
};

/// Errc::integrity for anything that encode does not write, other spellings included; Errc::newer_format.
[[nodiscard]] Result<ReadManifest> parse_manifest(std::string_view text);

}  // namespace rookery::messages
