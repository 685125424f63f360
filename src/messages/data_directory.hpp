// The data directory: its lock, its identity, and the files that stand beside the row store.
//
//   LOCK       held while a process uses the directory
//   vault      identity: format, vault id, kind, origin (checked against the genesis event)
//   slots      root key slots          keyring    sealed keyring
//   log.key    signing seed, 0400      log.vkey   verifier key text
//   store/     RocksDB
#pragma once

#include <filesystem>
#include <string>

#include "base/bytes.hpp"
#include "base/file.hpp"
#include "base/result.hpp"
#include "base/uuid.hpp"
#include "messages/vault.hpp"

namespace rookery::messages {

struct VaultIdentity {
    Uuid id;
    VaultKind kind = VaultKind::production;
    std::string origin;   // "<host>/audit/<node>", no blanks, no plus
};

[[nodiscard]] std::string to_text(const VaultIdentity& identity);
[[nodiscard]] Result<VaultIdentity> parse_identity(std::string_view text);

class DataDirectory {
 public:
    /// An absent or empty folder; made 0700 and locked. Errc::in_use when it holds anything.
    [[nodiscard]] static Result<DataDirectory> create(
        const std::filesystem::path& path, const VaultIdentity& identity
    );
    /// Errc: not_found, bad_permissions (not ours, or open to others), in_use, newer_format, integrity.
    [[nodiscard]] static Result<DataDirectory> open(const std::filesystem::path& path);

    [[nodiscard]] const VaultIdentity& identity() const { return identity_; }

    [[nodiscard]] std::filesystem::path store() const { return path_ / "store"; }

    [[nodiscard]] std::filesystem::path log_key() const { return path_ / "log.key"; }

    [[nodiscard]] std::filesystem::path log_verifier_key() const { return path_ / "log.vkey"; }

    [[nodiscard]] Result<Bytes> read_slots() const;
    [[nodiscard]] Result<Bytes> read_keyring() const;
    /// See replace_file.
    [[nodiscard]] Result<void> write_slots(ByteView file) const;
    [[nodiscard]] Result<void> write_keyring(ByteView file) const;
    [[nodiscard]] Result<void> write_verifier_key(std::string_view text) const;

 private:
    DataDirectory(std::filesystem::path path, Descriptor lock, VaultIdentity identity)
        : path_(std::move(path)), lock_(std::move(lock)), identity_(std::move(identity)) {}

    std::filesystem::path path_;
    Descriptor lock_;
    VaultIdentity identity_;
};

}  // namespace rookery::messages
