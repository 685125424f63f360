#include "storage/scratch.hpp"

#include <rocksdb/db.h>
#include <rocksdb/options.h>

#include <array>
#include <cstdlib>
#include <filesystem>

namespace rookery::storage {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t memory_bytes = std::size_t{32} << 20;

Error error_of(const rocksdb::Status& status) {
    return {
        Errc::io,
        "a temporary file cannot be used: " + status.ToString(),
        "free space in the directory for temporary files, or name another one in TMPDIR",
        {}};
}

class ScratchCursor final : public Cursor {
 public:
    ScratchCursor(rocksdb::DB& db, std::string_view prefix)
        : upper_(prefix_end(prefix)), upper_slice_(upper_) {
        rocksdb::ReadOptions options;
        if (!upper_.empty()) options.iterate_upper_bound = &upper_slice_;
        iterator_.reset(db.NewIterator(options));
        iterator_->Seek(rocksdb::Slice(prefix.data(), prefix.size()));
    }

    [[nodiscard]] bool valid() const override { return iterator_->Valid(); }

    void next() override { iterator_->Next(); }

    [[nodiscard]] std::string_view key() const override { return iterator_->key().ToStringView(); }

    [[nodiscard]] std::string_view value() const override {
        return iterator_->value().ToStringView();
    }

    [[nodiscard]] Result<void> status() const override {
        if (iterator_->status().ok()) return {};
        return fail(error_of(iterator_->status()));
    }

 private:
    std::string upper_;
    rocksdb::Slice upper_slice_;
    std::unique_ptr<rocksdb::Iterator> iterator_;  // before what it points to
};

class RocksScratch final : public Scratch {
 public:
    RocksScratch(std::unique_ptr<rocksdb::DB> db, fs::path folder)
        : db_(std::move(db)), folder_(std::move(folder)) {
        options_.disableWAL = true;
    }

    ~RocksScratch() override {
        db_.reset();
        std::error_code ignored;
        fs::remove_all(folder_, ignored);
    }

    RocksScratch(const RocksScratch&) = delete;
    RocksScratch& operator=(const RocksScratch&) = delete;
    RocksScratch(RocksScratch&&) = delete;
    RocksScratch& operator=(RocksScratch&&) = delete;

    [[nodiscard]] Result<void> put(std::string_view key, std::string_view value) override {
        const auto status = db_->Put(
            options_,
            rocksdb::Slice(key.data(), key.size()),
            rocksdb::Slice(value.data(), value.size())
        );
        if (!status.ok()) return fail(error_of(status));
        return {};
    }

    [[nodiscard]] std::unique_ptr<Cursor> scan(std::string_view prefix) const override {
        return std::make_unique<ScratchCursor>(*db_, prefix);
    }

 private:
    std::unique_ptr<rocksdb::DB> db_;
    fs::path folder_;
    rocksdb::WriteOptions options_;
};

}  // namespace

Result<std::unique_ptr<Scratch>> Scratch::open() {
    std::error_code error;
    auto pattern = (fs::temp_directory_path(error) / "rookery-XXXXXX").string();
    if (error || ::mkdtemp(pattern.data()) == nullptr) {
        return fail(Errc::io, "there is no directory for temporary files", "name one in TMPDIR");
    }
    rocksdb::Options options;
    options.create_if_missing = true;
    options.compression = rocksdb::kNoCompression;
    options.write_buffer_size = memory_bytes;
    options.max_write_buffer_number = 2;
    options.max_background_jobs = 2;
    options.max_open_files = 256;
    options.info_log_level = rocksdb::FATAL_LEVEL;
    rocksdb::DB* raw = nullptr;
    const auto status = rocksdb::DB::Open(options, pattern, &raw);
    if (!status.ok()) {
        fs::remove_all(pattern, error);
        return fail(error_of(status));
    }
    return std::unique_ptr<Scratch>(
        std::make_unique<RocksScratch>(std::unique_ptr<rocksdb::DB>(raw), pattern)
    );
}

}  // namespace rookery::storage
