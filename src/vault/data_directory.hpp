// The data directory: its lock, its identity, and the files that stand beside the row store. The page of
// every file: docs/formats/data-directory.md.
//
//   LOCK       held while a process uses the directory, by several that only look
//   vault      identity: format, vault id, kind, origin (checked against the genesis event)
//   slots      root key slots          keyring    sealed keyring
//   log.vkey   verifier key of the log, for those who check it without the vault's keys
//   anchor     what a later opening must find: see anchor.hpp
//   reserve    given up on a full disk, so that the log can be ended
//   tls/       certificates, unless they lie elsewhere
//   store/     the engine's (VaultOptions::engine)
//   restoring/ a restore that is not finished, or was cut off: there is no file 'vault' then
//   log.key    only in format 1: the seed of the log's signing key, which is in the keyring now
#pragma once

#include "base/bytes.hpp"
#include "base/file.hpp"
#include "base/result.hpp"
#include "base/uuid.hpp"
#include "vault/vault.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace rookery::messages {

/// A directory in it, as long as a restore into it is not finished; empty when it was ended at its very end.
inline constexpr std::string_view restoring_name = "restoring";

struct VaultIdentity {
    static constexpr unsigned newest_format = 2;

    Uuid id;
    VaultKind kind = VaultKind::production;
    std::string origin;  // "<host>/audit/<node>", no blanks, no plus
    unsigned format = newest_format;
};

[[nodiscard]] std::string to_text(const VaultIdentity& identity);
/// Errc::integrity for anything that to_text does not write, other spellings of the same included;
/// Errc::newer_format.
[[nodiscard]] Result<VaultIdentity> parse_identity(std::string_view text);

/// What is wrong with a file of a data directory: an integrity failure that says no more, with the file's name and what to
/// do. Which check it was stays unsaid; any other error is as it was.
[[nodiscard]] Error in_file(std::string_view name, Error error);

class DataDirectory {
 public:
    /// An absent or empty folder; made 0700 and locked. Errc::in_use when it holds anything, Errc::usage
    /// in another vault or a backup.
    [[nodiscard]] static Result<DataDirectory> create(
        const std::filesystem::path& path, const VaultIdentity& identity
    );
    /// Nothing is made or removed in a folder that holds no vault. Errc: not_found, usage (a backup),
    /// bad_permissions (not ours, or open to others), in_use, newer_format, integrity.
    [[nodiscard]] static Result<DataDirectory> open(const std::filesystem::path& path);
    /// The same to read its files: nothing is made, removed or written, so that a copy on a medium that nobody can
    /// write will do. Others may look meanwhile, and nobody opens it; where there is no LOCK nobody can be kept out.
    [[nodiscard]] static Result<DataDirectory> open_to_look(const std::filesystem::path& path);

    [[nodiscard]] const VaultIdentity& identity() const { return identity_; }

    [[nodiscard]] std::filesystem::path store() const { return path_ / "store"; }

    [[nodiscard]] std::filesystem::path anchor() const { return path_ / "anchor"; }

    [[nodiscard]] Result<Bytes> read_slots() const;
    [[nodiscard]] Result<Bytes> read_keyring() const;
    /// Without its newline. Errc::integrity.
    [[nodiscard]] Result<std::string> read_verifier_key() const;
    /// See replace_file.
    [[nodiscard]] Result<void> write_slots(ByteView file) const;
    [[nodiscard]] Result<void> write_keyring(ByteView file) const;
    [[nodiscard]] Result<void> write_verifier_key(std::string_view key) const;

    /// Format 1 only: the seed of the log's signing key. See crypto::read_key_file.
    [[nodiscard]] std::filesystem::path log_key() const { return path_ / "log.key"; }

    /// The last step of a conversion: everything else is of the newest format already.
    [[nodiscard]] Result<void> finish_conversion();

 private:
    DataDirectory(std::filesystem::path path, Descriptor lock, VaultIdentity identity)
        : path_(std::move(path)), lock_(std::move(lock)), identity_(std::move(identity)) {}

    std::filesystem::path path_;
    Descriptor lock_;
    VaultIdentity identity_;
};

}  // namespace rookery::messages
