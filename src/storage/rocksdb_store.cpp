#include "storage/rocksdb_store.hpp"

#include "storage/text_key.hpp"
#include "storage/touched_keys.hpp"

#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/file_checksum.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/options.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

#include <array>
#include <deque>
#include <fstream>
#include <mutex>
#include <system_error>

namespace rookery::storage {
namespace {

/// Of a key in Family::rows its table; of one in Family::rowidx the table, the kind and the column.
constexpr std::size_t row_table_bytes = 2;
constexpr std::size_t index_kind_bytes = 5;

constexpr std::size_t families = 4;
constexpr std::array<const char*, families> family_names = {"rows", "rowidx", "log", "meta"};

rocksdb::Slice slice(std::string_view text) {
    return {text.data(), text.size()};
}

std::string_view view_of(const rocksdb::Slice& text) {
    return {text.data(), text.size()};
}

/// RocksDB has no code of its own for "somebody else has it open".
bool is_lock_failure(const rocksdb::Status& status) {
    const auto text = status.ToString();
    return status.IsIOError() && (text.find("While lock file") != std::string::npos ||
                                  text.find("lock hold by current process") != std::string::npos);
}

Error error_of(
    const rocksdb::Status& status, boost::source_location where = BOOST_CURRENT_LOCATION
) {
    // A corruption by its code; what its text says is that nobody can tell.
    const auto says = [&](const char* text) {
        return status.ToString().find(text) != std::string::npos;
    };
    if (status.IsNotSupported() || says("newer version of RocksDB") ||
        says("unsupported format_version")) {
        return {
            Errc::newer_format,
            "the store's files are of a format that this program cannot read",
            "use the version of rookery that wrote them, or a newer one (" + status.ToString() + ")",
            where};
    }
    if (status.IsCorruption()) {
        return {
            Errc::integrity,
            "integrity check failed",
            "the store is damaged: keep a copy of its folder and restore a backup (" +
                status.ToString() + ")",
            where};
    }
    if (is_lock_failure(status)) {
        return {
            Errc::in_use,
            "the data folder is in use",
            "another process has it open: stop that one, or ask it over its API",
            where};
    }
    if (status.IsNoSpace()) {
        return {
            Errc::io,
            "the disk is full: " + status.ToString(),
            "free or add disk space, then start again",
            where};
    }
    return {
        Errc::io,
        "the store failed: " + status.ToString(),
        "check the disk and the folder's permissions, then start again",
        where};
}

/// Instead of RocksDB's own log file. Its writer, in builds with assertions, ends the process at
/// the line after one that did not fit on the disk: just when a full disk has to be reported. And a
/// read-only open leaves the folder alone. What went wrong is in the status that the caller gets.
class Silent final : public rocksdb::Logger {
  public:
    using rocksdb::Logger::Logv;

    void Logv(const char*, va_list) override {}
};

rocksdb::DBOptions database_options(OpenMode mode, const RocksdbOptions& options) {
    rocksdb::DBOptions out;
    out.create_if_missing = mode == OpenMode::create_if_missing;
    out.create_missing_column_families = out.create_if_missing;

    // What was acknowledged stays: a torn last record is a crash, anything else is damage.
    out.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
    out.paranoid_checks = true;
    // Of whole files, in the manifest: no byte of one is left out (Store::check_files).
    out.file_checksum_gen_factory = rocksdb::GetFileChecksumGenCrc32cFactory();
    out.track_and_verify_wals_in_manifest = true;
    out.recycle_log_file_num = 0;
    out.wal_compression = rocksdb::kNoCompression;
    out.manual_wal_flush = false;
    out.unordered_write = false;
    out.two_write_queues = false;
    out.enable_pipelined_write = false;
    // A failed write ends this process's writing. Resuming by itself could bring a failed batch
    // back.
    out.max_bgerror_resume_count = 0;

    // One read of a mapped page instead of a system call and a copy: 1.03 instead of 1.3 to 1.44
    // times the cost of a small store at 1,000,000 records. The pages are the kernel's to drop.
    out.allow_mmap_reads = true;
    out.max_open_files = -1;
    out.db_write_buffer_size = options.write_buffer_bytes;
    // Bounds the replay after a crash; families that are rarely written would keep old logs alive.
    out.max_total_wal_size = options.write_buffer_bytes;
    out.max_background_jobs = 2;
    out.bytes_per_sync = std::uint64_t{1} << 20;
    out.allow_concurrent_memtable_write = false;  // one thread writes

    out.stats_dump_period_sec = 0;
    out.stats_persist_period_sec = 0;
    out.info_log = std::make_shared<Silent>();
    out.info_log_level = rocksdb::FATAL_LEVEL;
    return out;
}

rocksdb::ColumnFamilyOptions family_options(
    Family family, const RocksdbOptions& options, const std::shared_ptr<rocksdb::Cache>& cache
) {
    rocksdb::BlockBasedTableOptions table;
    table.block_size = 4096;
    table.block_cache = cache;
    table.format_version = 5;
    // Point reads go to rows and log. Index entries are only walked, and guards on them are checked
    // in memory, so a filter would never be asked.
    if (family != Family::rowidx) table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));

    rocksdb::ColumnFamilyOptions out;
    out.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
    // Off everywhere: tokens and log details are ciphertext and most of the rest is random ids, and
    // only an uncompressed block is read in place from the mapped file.
    out.compression = rocksdb::kNoCompression;
    out.bottommost_compression = rocksdb::kNoCompression;
    out.level_compaction_dynamic_level_bytes = true;
    out.write_buffer_size = options.write_buffer_bytes / (family == Family::meta ? 8 : 2);
    out.max_write_buffer_number = 2;
    // A request that writes many rows puts them in ascending order: each finds its place from the one
    // before it. Table and kind of entry are few enough to remember a place for each.
    if (family == Family::rows) {
        out.memtable_insert_with_hint_prefix_extractor.reset(
            rocksdb::NewFixedPrefixTransform(row_table_bytes)
        );
    }
    if (family == Family::rowidx) {
        out.memtable_insert_with_hint_prefix_extractor.reset(
            rocksdb::NewFixedPrefixTransform(index_kind_bytes)
        );
    }
    if (family == Family::log) out.target_file_size_base = std::uint64_t{256} << 20;
    return out;
}

/// The open database. Lives until the store and its last view are gone.
class Engine {
  public:
    Engine(
        std::unique_ptr<rocksdb::DB> db, std::vector<rocksdb::ColumnFamilyHandle*> handles,
        bool read_only
    )
        : db_(std::move(db)), handles_(std::move(handles)), read_only_(read_only) {}

    ~Engine() {
        release_retired();
        // What was acknowledged then lies in files with checksums, and not at the end of a write-ahead log
        // that can be cut without a trace. After a crash, or on a full disk, the log has it.
        if (!read_only_) {
            rocksdb::FlushOptions flush;
            db_->Flush(flush, handles_).PermitUncheckedError();
            // And of the one row that says what all must add up to, no older version is left.
            rocksdb::CompactRangeOptions compact;
            compact.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
            const rocksdb::Slice state("state");
            db_->CompactRange(compact, family(Family::meta), &state, &state).PermitUncheckedError();
        }
        for (auto* handle : handles_) db_->DestroyColumnFamilyHandle(handle);
        db_->Close().PermitUncheckedError();
    }

    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;
    Engine(Engine&&) = delete;
    Engine& operator=(Engine&&) = delete;

    [[nodiscard]] rocksdb::DB& db() const { return *db_; }

    [[nodiscard]] rocksdb::ColumnFamilyHandle* family(Family family) const {
        return handles_[static_cast<std::size_t>(family)];
    }

    /// Releasing a snapshot takes the engine's one mutex, which a background job may hold: a reader
    /// that drops the last reference to a view leaves that to the committer.
    void retire(const rocksdb::Snapshot* snapshot) {
        const std::lock_guard lock(retired_mutex_);
        retired_.push_back(snapshot);
    }

    void release_retired() {
        std::vector<const rocksdb::Snapshot*> retired;
        {
            const std::lock_guard lock(retired_mutex_);
            retired.swap(retired_);
        }
        for (const auto* snapshot : retired) db_->ReleaseSnapshot(snapshot);
    }

  private:
    std::unique_ptr<rocksdb::DB> db_;
    std::vector<rocksdb::ColumnFamilyHandle*> handles_;  // by Family
    bool read_only_;
    std::mutex retired_mutex_;
    std::vector<const rocksdb::Snapshot*> retired_;
};

class RocksCursor final : public Cursor {
  public:
    RocksCursor(
        std::shared_ptr<const Engine> engine,
        const rocksdb::Snapshot* snapshot,
        const KeyRange& range,
        Order order
    )
        : engine_(std::move(engine)), lower_(range.lower), upper_(range.upper), order_(order) {
        if (!upper_.empty() && lower_ >= upper_) return;
        lower_slice_ = lower_;
        upper_slice_ = upper_;
        rocksdb::ReadOptions options;
        options.snapshot = snapshot;
        options.iterate_lower_bound = &lower_slice_;
        if (!upper_.empty()) options.iterate_upper_bound = &upper_slice_;
        iterator_.reset(engine_->db().NewIterator(options, engine_->family(range.family)));
        if (order_ == Order::ascending) {
            iterator_->SeekToFirst();
        } else {
            iterator_->SeekToLast();
        }
    }

    [[nodiscard]] bool valid() const override { return iterator_ != nullptr && iterator_->Valid(); }

    void next() override {
        if (order_ == Order::ascending) {
            iterator_->Next();
        } else {
            iterator_->Prev();
        }
    }

    [[nodiscard]] std::string_view key() const override { return view_of(iterator_->key()); }

    [[nodiscard]] std::string_view value() const override { return view_of(iterator_->value()); }

    [[nodiscard]] Result<void> status() const override {
        if (iterator_ == nullptr || iterator_->status().ok()) return {};
        return fail(error_of(iterator_->status()));
    }

  private:
    std::shared_ptr<const Engine> engine_;
    std::string lower_;
    std::string upper_;
    rocksdb::Slice lower_slice_;
    rocksdb::Slice upper_slice_;
    Order order_;
    std::unique_ptr<rocksdb::Iterator> iterator_;  // before the slices it points to
};

class RocksView final : public StoreView {
  public:
    RocksView(std::shared_ptr<Engine> engine, std::uint64_t sequence)
        : engine_(std::move(engine)), sequence_(sequence) {
        options_.snapshot = engine_->db().GetSnapshot();
    }

    ~RocksView() override {
        // Null for a read-only database: nothing there changes.
        if (options_.snapshot != nullptr) engine_->retire(options_.snapshot);
    }

    RocksView(const RocksView&) = delete;
    RocksView& operator=(const RocksView&) = delete;
    RocksView(RocksView&&) = delete;
    RocksView& operator=(RocksView&&) = delete;

    using StoreView::get;

    [[nodiscard]] Result<bool> get(
        Family family, std::string_view key, const std::function<void(std::string_view)>& use
    ) const override {
        rocksdb::PinnableSlice value;
        const auto status =
            engine_->db().Get(options_, engine_->family(family), slice(key), &value);
        if (status.IsNotFound()) return false;
        if (!status.ok()) return fail(error_of(status));
        use(view_of(value));
        return true;
    }

    [[nodiscard]] std::unique_ptr<Cursor> scan(const KeyRange& range, Order order) const override {
        return std::make_unique<RocksCursor>(engine_, options_.snapshot, range, order);
    }

    [[nodiscard]] std::uint64_t sequence() const override { return sequence_; }

  private:
    std::shared_ptr<Engine> engine_;
    rocksdb::ReadOptions options_;  // kept: building one costs as much as a short read
    std::uint64_t sequence_;
};

class RocksStore;

class RocksCommit final : public Commit {
  public:
    RocksCommit(RocksStore& store, std::uint64_t sequence) : store_(store), sequence_(sequence) {}

    ~RocksCommit() override;

    RocksCommit(const RocksCommit&) = delete;
    RocksCommit& operator=(const RocksCommit&) = delete;
    RocksCommit(RocksCommit&&) = delete;
    RocksCommit& operator=(RocksCommit&&) = delete;

    [[nodiscard]] std::vector<bool> check(std::span<const Unit> units) override;
    void put(Family family, std::string_view key, std::string_view value) override;
    void remove(Family family, std::string_view key) override;
    [[nodiscard]] Result<void> write() override;

  private:
    /// Keeps the first failure: the batch is lost, and write() says so.
    void note(const rocksdb::Status& status);

    RocksStore& store_;
    std::uint64_t sequence_;
    rocksdb::WriteBatch batch_;
    std::optional<Error> failure_;
    bool checked_ = false;
    bool written_ = false;
};

/// Every byte against the checksum in the manifest; the engine's own way to do that cannot read mapped
/// files. One that was written before there were any is checked block by block when it is read.
Result<void> check_file(const rocksdb::LiveFileMetaData& file) {
    if (file.file_checksum_func_name != rocksdb::kUnknownFileChecksumFuncName &&
        !file.file_checksum.empty()) {
        const auto sum = rocksdb::GetFileChecksumGenCrc32cFactory()->CreateFileChecksumGenerator({});
        const auto path = file.db_path + file.name;
        std::ifstream in(path, std::ios::binary);
        std::vector<char> block(std::size_t{1} << 20);
        while (in) {
            in.read(block.data(), static_cast<std::streamsize>(block.size()));
            sum->Update(block.data(), static_cast<std::size_t>(in.gcount()));
        }
        sum->Finalize();
        if (!in.eof() || sum->GetChecksum() != file.file_checksum) {
            return fail(
                Errc::integrity, "integrity check failed",
                "the file store" + file.name + " is not as the engine wrote it"
            );
        }
    }
    return {};
}

/// While it lives no file is deleted: a background job may have merged one that is still to be read.
class FilesKept {
  public:
    explicit FilesKept(rocksdb::DB& db) : db_(db) { db_.DisableFileDeletions().PermitUncheckedError(); }

    ~FilesKept() { db_.EnableFileDeletions(false).PermitUncheckedError(); }

    FilesKept(const FilesKept&) = delete;
    FilesKept& operator=(const FilesKept&) = delete;
    FilesKept(FilesKept&&) = delete;
    FilesKept& operator=(FilesKept&&) = delete;

  private:
    rocksdb::DB& db_;
};

class RocksStore final : public Store {
  public:
    RocksStore(std::shared_ptr<Engine> engine, OpenMode mode, const RocksdbOptions& options)
        : engine_(std::move(engine)), touched_(options.touched_keys_max) {
        if (mode == OpenMode::read_only) {
            failure_ = Error{Errc::unavailable, "the store was opened for reading only", {}, {}};
        }
        publish();
    }

    [[nodiscard]] std::shared_ptr<const StoreView> view() const override {
        const std::lock_guard lock(published_mutex_);
        return published_;
    }

    [[nodiscard]] std::unique_ptr<Commit> begin() override {
        return std::make_unique<RocksCommit>(*this, sequence_ + 1);
    }

    [[nodiscard]] Result<void> check_files() const override {
        const FilesKept kept(engine_->db());
        std::vector<rocksdb::LiveFileMetaData> files;
        engine_->db().GetLiveFilesMetaData(&files);
        for (const auto& file : files) ROOKERY_CHECK(check_file(file));
        const std::unique_ptr<rocksdb::Iterator> stray(engine_->db().NewIterator(
            rocksdb::ReadOptions{}, engine_->db().DefaultColumnFamily()
        ));
        stray->SeekToFirst();
        if (stray->Valid()) {
            return fail(Errc::integrity, "there are keys in the engine's own family, which has none");
        }
        if (!stray->status().ok()) return fail(error_of(stray->status()));
        return {};
    }

  private:
    friend class RocksCommit;

    /// Makes the database's present state the one that view() hands out.
    void publish() {
        std::shared_ptr<const StoreView> next = std::make_shared<RocksView>(engine_, sequence_);
        views_.emplace_back(sequence_, next);
        {
            const std::lock_guard lock(published_mutex_);
            published_.swap(next);
        }
        next.reset();  // the one before: outside the lock
        while (views_.front().second.expired()) views_.pop_front();
        touched_.forget_before(views_.front().first);
        engine_->release_retired();
    }

    std::shared_ptr<Engine> engine_;
    mutable std::mutex published_mutex_;
    std::shared_ptr<const StoreView> published_;

    // The committer's thread only.
    std::uint64_t sequence_ = 0;
    TouchedKeys touched_;
    std::deque<std::pair<std::uint64_t, std::weak_ptr<const StoreView>>> views_;  // oldest first
    std::optional<Error> failure_;  // why this store takes no further commit
};

RocksCommit::~RocksCommit() {
    if (!written_) store_.touched_.undo();
}

void RocksCommit::note(const rocksdb::Status& status) {
    if (!status.ok() && !failure_) failure_ = error_of(status);
}

std::vector<bool> RocksCommit::check(std::span<const Unit> units) {
    std::vector<bool> holds(units.size());
    if (checked_ || store_.failure_) return holds;
    checked_ = true;
    for (std::size_t i = 0; i < units.size(); ++i) {
        const auto& [guards, changes] = units[i];
        holds[i] = guards == nullptr || store_.touched_.hold(*guards);
        if (!holds[i] || changes == nullptr) continue;
        for (const auto& change : changes->puts) {
            store_.touched_.touch(change.family, change.key, sequence_);
            put(change.family, change.key, change.value);
        }
        for (const auto& change : changes->removals) {
            store_.touched_.touch(change.family, change.key, sequence_);
            remove(change.family, change.key);
        }
    }
    return holds;
}

void RocksCommit::put(Family family, std::string_view key, std::string_view value) {
    note(batch_.Put(store_.engine_->family(family), slice(key), slice(value)));
}

void RocksCommit::remove(Family family, std::string_view key) {
    note(batch_.Delete(store_.engine_->family(family), slice(key)));
}

Result<void> RocksCommit::write() {
    if (store_.failure_) return fail(*store_.failure_);
    if (written_) return fail(Errc::internal, "a commit was written twice");
    if (!failure_) {
        rocksdb::WriteOptions options;
        options.sync = true;
        note(store_.engine_->db().Write(options, &batch_));
    }
    if (failure_) {
        store_.failure_ = failure_;
        return fail(*failure_);
    }
    written_ = true;
    store_.sequence_ = sequence_;
    store_.touched_.keep(sequence_);
    store_.publish();
    return {};
}

/// What the engine would trip over: it takes numbers from names as they are, and opens what it finds. Its
/// own temporary files that a crash has left it never removes.
Result<void> check_names(const std::filesystem::path& folder, OpenMode mode) {
    constexpr std::size_t digits_max = 12;
    std::error_code error;
    std::vector<std::filesystem::path> temporary;
    for (std::filesystem::directory_iterator at(folder, error), end; !error && at != end;
         at.increment(error)) {
        const auto name = at->path().filename().string();
        const auto digits = name.find_first_not_of("0123456789");
        if (digits != std::string::npos && digits > digits_max) {
            return fail(
                Errc::integrity, "the store has a file that no engine wrote: store/" + name,
                "move it out of the folder while the server is stopped, and find out where it came from"
            );
        }
        const auto status = at->symlink_status(error);
        if (!error && !std::filesystem::is_regular_file(status)) {
            return fail(
                Errc::integrity, "the store has a file that is no regular file: store/" + name,
                "move it out of the folder while the server is stopped, and find out where it came from"
            );
        }
        if (name.ends_with(".dbtmp")) temporary.push_back(at->path());
    }
    if (error) {
        return fail(Errc::io, "cannot look into " + folder.string() + ": " + error.message());
    }
    if (mode == OpenMode::read_only) return {};
    for (const auto& path : temporary) std::filesystem::remove(path, error);
    return {};
}

/// Whether there is a database to open; RocksDB would name it only in a sentence.
Result<void> require_store(const std::filesystem::path& folder, OpenMode mode) {
    std::error_code error;
    const bool there = std::filesystem::exists(folder / "CURRENT", error);
    if (error) {
        return fail(
            Errc::io,
            "cannot look into " + folder.string() + ": " + error.message(),
            "check the folder's permissions"
        );
    }
    if (!there) {
        // A folder that lacks it lost it; without the folder the path may be wrong.
        const bool folder_there = std::filesystem::exists(folder, error);
        return fail(
            folder_there ? Errc::integrity : Errc::io, "there is no store in " + folder.string(),
            folder_there ? "restore it from a backup of this vault" : "check the path"
        );
    }
    return check_names(folder, mode);
}

/// A new folder is its owner's alone; one that is there keeps its mode.
Result<void> make_folder(const std::filesystem::path& folder) {
    std::error_code error;
    const bool made = std::filesystem::create_directories(folder, error);
    if (!error && made) {
        std::filesystem::permissions(folder, std::filesystem::perms::owner_all, error);
    }
    if (!error) return {};
    return fail(
        Errc::io,
        "cannot make " + folder.string() + ": " + error.message(),
        "check the permissions of the folder above"
    );
}

Result<std::shared_ptr<Engine>> open_engine(
    const std::filesystem::path& folder, OpenMode mode, const RocksdbOptions& options
) {
    const auto cache = rocksdb::NewLRUCache(options.block_cache_bytes);
    std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
    // RocksDB insists on a family of its own choice; it stays empty.
    descriptors.emplace_back(
        rocksdb::kDefaultColumnFamilyName, family_options(Family::meta, options, cache)
    );
    for (std::size_t i = 0; i < families; ++i) {
        descriptors.emplace_back(
            family_names[i], family_options(static_cast<Family>(i), options, cache)
        );
    }
    const auto database = database_options(mode, options);
    rocksdb::DB* raw = nullptr;
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    const auto status =
        mode == OpenMode::read_only
            ? rocksdb::DB::OpenForReadOnly(database, folder.string(), descriptors, &handles, &raw)
            : rocksdb::DB::Open(database, folder.string(), descriptors, &handles, &raw);
    if (!status.ok()) return fail(error_of(status));
    std::unique_ptr<rocksdb::DB> db(raw);
    db->DestroyColumnFamilyHandle(handles.front());
    handles.erase(handles.begin());
    return std::make_shared<Engine>(std::move(db), std::move(handles), mode == OpenMode::read_only);
}

/// Index keys made under other rules would let a second row with the same key in, unseen.
Result<void> settle_text_rules(Store& store, OpenMode mode) {
    const auto rules = text_key_rules();
    ROOKERY_TRY(const auto stored, store.view()->get(Family::meta, text_rules_key));
    if (stored == rules) return {};
    if (stored || mode == OpenMode::read_only) {
        return fail(
            Errc::newer_format,
            "the store's text keys were made under other rules (" + stored.value_or("none") +
                ") than this program's (" + rules + ")",
            "use a program built with the same Unicode version, or restore into a new store"
        );
    }
    if (mode == OpenMode::must_exist) {
        return fail(
            Errc::integrity, "the store does not say under which rules its text keys were made",
            "the data directory was changed behind the vault's back; restore a backup"
        );
    }
    auto commit = store.begin();
    commit->put(Family::meta, text_rules_key, rules);
    return commit->write();
}

}  // namespace

Result<std::unique_ptr<Store>> open_rocksdb(
    const std::filesystem::path& folder, OpenMode mode, const RocksdbOptions& options
) {
    if (mode == OpenMode::create_if_missing) {
        ROOKERY_CHECK(make_folder(folder));
    } else {
        ROOKERY_CHECK(require_store(folder, mode));
    }
    ROOKERY_TRY(auto engine, open_engine(folder, mode, options));
    auto store = std::make_unique<RocksStore>(std::move(engine), mode, options);
    ROOKERY_CHECK(settle_text_rules(*store, mode));
    return std::unique_ptr<Store>(std::move(store));
}

}  // namespace rookery::storage
