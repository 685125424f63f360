#include "storage/rocksdb_held_files.hpp"

#include "storage/rocksdb_error.hpp"

#include <utility>

namespace rookery::storage {
namespace {

class RocksHeldFiles final : public HeldFiles {
 public:
    explicit RocksHeldFiles(std::shared_ptr<rocksdb::DB> db) : db_(std::move(db)), kept_(*db_) {}

    /// Everything is in tables then, and what is left of the write-ahead log is what was written since.
    Result<void> list() {
        rocksdb::LiveFilesStorageInfoOptions options;  // which flush
        std::vector<rocksdb::LiveFileStorageInfo> files;
        const auto status = db_->GetLiveFilesStorageInfo(options, &files);
        if (!status.ok()) return fail(rocksdb_error(status));
        for (auto& file : files) {
            HeldFile held{file.relative_filename, {}, file.size, {}};
            if (file.replacement_contents.empty()) {
                held.source = std::filesystem::path(file.directory) / file.relative_filename;
            } else {
                held.content = std::move(file.replacement_contents);
            }
            files_.push_back(std::move(held));
        }
        return {};
    }

    [[nodiscard]] const std::vector<HeldFile>& files() const override { return files_; }

 private:
    std::shared_ptr<rocksdb::DB> db_;
    FilesKept kept_;
    std::vector<HeldFile> files_;
};

}  // namespace

FilesKept::FilesKept(rocksdb::DB& db) : db_(db) {
    db_.DisableFileDeletions().PermitUncheckedError();
}

FilesKept::~FilesKept() { db_.EnableFileDeletions(false).PermitUncheckedError(); }

Result<std::unique_ptr<HeldFiles>> hold_database_files(std::shared_ptr<rocksdb::DB> db) {
    auto held = std::make_unique<RocksHeldFiles>(std::move(db));
    ROOKERY_CHECK(held->list());
    return held;
}

}  // namespace rookery::storage
