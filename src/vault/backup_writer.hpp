// BackupWriter: writes one backup, a short piece at a time. Whoever is ended in the middle leaves a half that has another
// name, and no older backup is touched before the new one is whole and durable. docs/formats/backup.md.
#pragma once

#include "base/random.hpp"
#include "base/result.hpp"
#include "crypto/key_set.hpp"
#include "storage/held_files.hpp"
#include "vault/backup_directory.hpp"
#include "vault/file_copy.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace rookery::messages {

/// What is copied.
struct BackupSource {
    std::filesystem::path data;
    VaultIdentity vault;
    std::string verifier_key;
    std::shared_ptr<const crypto::KeySet> keys;  // that sign the manifest; null: it stays unsigned
    std::unique_ptr<storage::HeldFiles> store;
    BackupKind kind = BackupKind::by_hand;
    std::uintmax_t leave_free = std::uintmax_t{64}
                                << 20;  // of the file system that it is copied to
};

/// A vault that nobody has open, by its directory, whose lock is held: nothing of it is changed, and no key is needed.
[[nodiscard]] Result<BackupSource> stopped_source(const DataDirectory& directory);

class BackupWriter {
 public:
    /// `keep`: how many of this vault and kind there are afterwards, at most. Errc: those of BackupDirectory::open; Errc::io when there
    /// is too little space.
    [[nodiscard]] static Result<std::unique_ptr<BackupWriter>> begin(
        BackupSource source, BackupDirectory target, std::size_t keep, Instant now, Random& random
    );

    /// Takes away what is not whole.
    ~BackupWriter();
    BackupWriter(const BackupWriter&) = delete;
    BackupWriter& operator=(const BackupWriter&) = delete;

    /// Some milliseconds' work. True: it is whole and durable, and what was beyond `keep` is gone.
    [[nodiscard]] Result<bool> step();

    [[nodiscard]] std::uint64_t bytes_done() const { return done_; }

    [[nodiscard]] std::uint64_t bytes() const { return total_; }

    /// Bytes of files that were in the backup before, too, and are its own as well.
    [[nodiscard]] std::uint64_t bytes_shared() const { return shared_; }

    [[nodiscard]] bool is_whole() const {
        return phase_ == Phase::tidying || phase_ == Phase::done;
    }

    /// Once it is whole.
    [[nodiscard]] const BackupManifest& manifest() const { return manifest_; }

    [[nodiscard]] const std::string& name() const { return name_; }

 private:
    enum class Phase : std::uint8_t { copying, naming, tidying, done };

    BackupWriter(BackupSource source, BackupDirectory target, std::size_t keep, Instant now);

    [[nodiscard]] Result<void> prepare(Random& random);
    [[nodiscard]] Result<void> check_space() const;
    [[nodiscard]] bool may_share(const storage::HeldFile& file) const;
    [[nodiscard]] Result<void> copy_some();
    [[nodiscard]] Result<void> begin_file(const storage::HeldFile& file);
    [[nodiscard]] Result<void> give_name();

    BackupSource source_;
    BackupDirectory target_;
    std::size_t keep_;
    Instant now_;
    Phase phase_ = Phase::copying;
    BackupManifest manifest_;
    std::string name_;  // of its directory now
    std::optional<Folder> half_;
    std::optional<Folder> store_;    // of the half
    std::optional<Folder> earlier_;  // the store of the backup before
    std::size_t next_ = 0;           // file of the store
    std::unique_ptr<FileCopy> copy_;
    std::uint64_t done_ = 0;
    std::uint64_t total_ = 0;
    std::uint64_t shared_ = 0;
};

}  // namespace rookery::messages
