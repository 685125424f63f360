// LogArchive: a newer log of a vault that is restored, in another directory: the data directory of before, or a newer backup
// whose data is of no use. Its tree proves that it goes on from where the backup ends; what it tells of after that happened,
// and its entries are filled in (log_refill.hpp), but no row of the restored vault is of then. How far it should go is
// another question, which it cannot answer by itself: see archive_end.hpp.
#pragma once

#include "base/bytes.hpp"
#include "base/file.hpp"
#include "base/result.hpp"
#include "merkle/checkpoint.hpp"
#include "storage/store.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <utility>

namespace rookery::messages {

class LogArchive {
 public:
    /// `log_key`: of the log that is restored, `size` and `root` how far it goes. Nothing in `directory` is changed, and nobody
    /// opens it meanwhile. Errc::not_found when there is none, Errc::in_use while somebody has it open, Errc::integrity when it
    /// is another log, or one that does not go on from there; the errors of opening a store.
    [[nodiscard]] static Result<LogArchive> open(
        const std::filesystem::path& directory, const merkle::VerifierKey& log_key,
        std::uint64_t size, const Digest& root
    );

    /// Entries, and the root over them.
    [[nodiscard]] std::uint64_t size() const { return size_; }

    [[nodiscard]] const Digest& root() const { return root_; }

    /// Entries that the restored log has of it.
    [[nodiscard]] std::uint64_t from() const { return from_; }

    /// The newest one, verified; nothing: none was signed.
    [[nodiscard]] const std::optional<merkle::Checkpoint>& checkpoint() const {
        return checkpoint_;
    }

    [[nodiscard]] std::shared_ptr<const storage::StoreView> view() const { return store_->view(); }

    [[nodiscard]] const std::filesystem::path& directory() const { return directory_; }

 private:
    LogArchive(std::filesystem::path directory, std::optional<Descriptor> lock)
        : directory_(std::move(directory)), lock_(std::move(lock)) {}

    std::filesystem::path directory_;
    std::optional<Descriptor> lock_;  // a backup has none
    std::shared_ptr<storage::Store> store_;
    std::uint64_t from_ = 0;
    std::uint64_t size_ = 0;
    Digest root_{};
    std::optional<merkle::Checkpoint> checkpoint_;
};

}  // namespace rookery::messages
