#include "storage/rocksdb_store.hpp"

#include "storage/range_sizes.hpp"
#include "storage/rocksdb_error.hpp"
#include "storage/rocksdb_files.hpp"
#include "storage/rocksdb_forgotten_keys.hpp"
#include "storage/rocksdb_held_files.hpp"
#include "storage/rocksdb_options.hpp"
#include "storage/touched_keys.hpp"

#include <rocksdb/db.h>
#include <rocksdb/perf_level.h>
#include <rocksdb/write_batch.h>

#include <deque>
#include <mutex>
#include <optional>

namespace rookery::storage {
namespace {

rocksdb::Slice slice(std::string_view text) { return {text.data(), text.size()}; }

std::string_view view_of(const rocksdb::Slice& text) { return {text.data(), text.size()}; }

/// RocksDB counts what it does, each comparison of keys, in memory of the thread's own that is slow to reach. Nobody
/// reads that. It is a setting of the thread, so whatever a thread begins with says so.
void count_nothing() { rocksdb::SetPerfLevel(rocksdb::PerfLevel::kDisable); }

/// The open database. Lives until the store and its last view are gone.
class Database {
 public:
    Database(
        std::unique_ptr<rocksdb::DB> db, std::vector<rocksdb::ColumnFamilyHandle*> handles,
        bool read_only
    )
        : db_(std::move(db)), handles_(std::move(handles)), read_only_(read_only) {}

    ~Database() {
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

    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;
    Database(Database&&) = delete;
    Database& operator=(Database&&) = delete;

    [[nodiscard]] rocksdb::DB& db() const { return *db_; }

    [[nodiscard]] rocksdb::ColumnFamilyHandle* family(Family family) const {
        return handles_[static_cast<std::size_t>(family)];
    }

    [[nodiscard]] const std::vector<rocksdb::ColumnFamilyHandle*>& families() const {
        return handles_;
    }

    /// Releasing a snapshot takes the engine's one mutex, which a background job may hold: a reader
    /// that drops the last reference to a view leaves that to the committer.
    void retire(const rocksdb::Snapshot* snapshot) {
        const std::lock_guard lock(retired_mutex_);
        retired_.push_back(snapshot);
    }

    /// The committer's thread only, or whoever closes the database.
    void release_retired() {
        {
            const std::lock_guard lock(retired_mutex_);
            releasing_.swap(retired_);
        }
        for (const auto* snapshot : releasing_) db_->ReleaseSnapshot(snapshot);
        releasing_.clear();
    }

    /// The same from any thread, for who has to know that nobody reads an older state any more.
    void release_retired_now() {
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
    std::vector<const rocksdb::Snapshot*> releasing_;  // empty but for its room
};

class RocksCursor final : public Cursor {
 public:
    RocksCursor(
        std::shared_ptr<const Database> database, const rocksdb::Snapshot* snapshot,
        const KeyRange& range, Order order
    )
        : database_(std::move(database)), lower_(range.lower), upper_(range.upper), order_(order) {
        if (!upper_.empty() && lower_ >= upper_) return;
        count_nothing();
        lower_slice_ = lower_;
        upper_slice_ = upper_;
        rocksdb::ReadOptions options;
        options.snapshot = snapshot;
        options.fill_cache = !range.once;
        options.ignore_range_deletions = true;  // there are none
        options.iterate_lower_bound = &lower_slice_;
        if (!upper_.empty()) options.iterate_upper_bound = &upper_slice_;
        iterator_.reset(database_->db().NewIterator(options, database_->family(range.family)));
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

    void seek(std::string_view key) override {
        if (valid() && this->key() < key) iterator_->Seek({key.data(), key.size()});
    }

    [[nodiscard]] std::string_view key() const override { return view_of(iterator_->key()); }

    [[nodiscard]] std::string_view value() const override { return view_of(iterator_->value()); }

    [[nodiscard]] Result<void> status() const override {
        if (iterator_ == nullptr || iterator_->status().ok()) return {};
        return fail(rocksdb_error(iterator_->status()));
    }

 private:
    std::shared_ptr<const Database> database_;
    std::string lower_;
    std::string upper_;
    rocksdb::Slice lower_slice_;
    rocksdb::Slice upper_slice_;
    Order order_;
    std::unique_ptr<rocksdb::Iterator> iterator_;  // before the slices it points to
};

class RocksView final : public StoreView, public TellsSizes {
 public:
    RocksView(std::shared_ptr<Database> database, std::uint64_t sequence)
        : database_(std::move(database)), sequence_(sequence) {
        options_.snapshot = database_->db().GetSnapshot();
        options_.ignore_range_deletions = true;  // there are none
    }

    ~RocksView() override {
        // Null for a read-only database: nothing there changes.
        if (options_.snapshot != nullptr) database_->retire(options_.snapshot);
    }

    RocksView(const RocksView&) = delete;
    RocksView& operator=(const RocksView&) = delete;
    RocksView(RocksView&&) = delete;
    RocksView& operator=(RocksView&&) = delete;

    using StoreView::get;

    [[nodiscard]] Result<bool> get(
        Family family, std::string_view key, const std::function<void(std::string_view)>& use
    ) const override {
        count_nothing();
        rocksdb::PinnableSlice value;
        const auto status =
            database_->db().Get(options_, database_->family(family), slice(key), &value);
        if (status.IsNotFound()) return false;
        if (!status.ok()) return fail(rocksdb_error(status));
        use(view_of(value));
        return true;
    }

    [[nodiscard]] std::unique_ptr<Cursor> scan(const KeyRange& range, Order order) const override {
        return std::make_unique<RocksCursor>(database_, options_.snapshot, range, order);
    }

    [[nodiscard]] std::uint64_t sequence() const override { return sequence_; }

    [[nodiscard]] std::uint64_t bytes_in_files(const KeyRange& range) const override {
        if (range.upper.empty() || range.upper <= range.lower) return 0;
        rocksdb::SizeApproximationOptions about;
        about.files_size_error_margin = 0.5;
        const rocksdb::Range wanted{slice(range.lower), slice(range.upper)};
        std::uint64_t bytes = 0;
        const auto status = database_->db().GetApproximateSizes(
            about, database_->family(range.family), &wanted, 1, &bytes
        );
        return status.ok() ? bytes : 0;
    }

 private:
    std::shared_ptr<Database> database_;
    rocksdb::ReadOptions options_;  // kept: building one costs as much as a short read
    std::uint64_t sequence_;
};

class RocksStore;

/// What the batch of one read takes, and some more.
constexpr std::size_t batch_bytes = 4096;
/// What a batch may have held whose memory serves the next one.
constexpr std::size_t spare_bytes_max = std::size_t{64} << 10;

class RocksCommit final : public Commit {
 public:
    RocksCommit(RocksStore& store, std::uint64_t sequence);

    ~RocksCommit() override;

    RocksCommit(const RocksCommit&) = delete;
    RocksCommit& operator=(const RocksCommit&) = delete;
    RocksCommit(RocksCommit&&) = delete;
    RocksCommit& operator=(RocksCommit&&) = delete;

    [[nodiscard]] Result<bool> take(const Unit& unit) override;
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
    bool written_ = false;
};

class RocksStore final : public Store, public HoldsFiles, public ForgetsKeys {
 public:
    RocksStore(std::shared_ptr<Database> database, OpenMode mode, const RocksdbOptions& options)
        : database_(std::move(database)),
          read_only_(mode == OpenMode::read_only),
          touched_(options.touched_keys_max) {
        if (read_only_) {
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
        return check_database_files(database_->db());
    }

    [[nodiscard]] Result<std::unique_ptr<HeldFiles>> hold_files() override {
        if (read_only_) {
            return fail(Errc::unsupported, "the store was opened for reading only");
        }
        // With the database, as a view: it stays open as long.
        return hold_database_files(std::shared_ptr<rocksdb::DB>(database_, &database_->db()));
    }

    [[nodiscard]] std::uint64_t mark() const override {
        return database_->db().GetLatestSequenceNumber();
    }

    [[nodiscard]] Result<bool> begin_forgetting(std::uint64_t mark) override {
        ROOKERY_CHECK(check_writable());
        database_->release_retired_now();
        return begin_forgetting_in_database(database_->db(), database_->families(), mark);
    }

    [[nodiscard]] Result<std::optional<KeyRange>> forget_part(const KeyRange& range) override {
        ROOKERY_CHECK(check_writable());
        return forget_part_in_database(database_->db(), *database_->family(range.family), range);
    }

    [[nodiscard]] Result<bool> has_forgotten(std::uint64_t mark) override {
        database_->release_retired_now();
        return has_database_forgotten(database_->db(), database_->families(), mark);
    }

 private:
    [[nodiscard]] Result<void> check_writable() const {
        if (!read_only_) return {};
        return fail(Errc::unavailable, "the store was opened for reading only");
    }

    friend class RocksCommit;

    /// Makes the database's present state the one that view() hands out.
    void publish() {
        std::shared_ptr<const StoreView> next = std::make_shared<RocksView>(database_, sequence_);
        views_.emplace_back(sequence_, next);
        {
            const std::lock_guard lock(published_mutex_);
            published_.swap(next);
        }
        next.reset();  // the one before: outside the lock
        while (views_.front().second.expired()) views_.pop_front();
        touched_.forget_before(views_.front().first);
        database_->release_retired();
    }

    std::shared_ptr<Database> database_;
    const bool read_only_;
    mutable std::mutex published_mutex_;
    std::shared_ptr<const StoreView> published_;

    // The committer's thread only.
    std::uint64_t sequence_ = 0;
    TouchedKeys touched_;
    rocksdb::WriteBatch spare_{batch_bytes};  // of the commit before, for its memory
    std::deque<std::pair<std::uint64_t, std::weak_ptr<const StoreView>>> views_;  // oldest first
    std::optional<Error> failure_;  // why this store takes no further commit
};

RocksCommit::RocksCommit(RocksStore& store, std::uint64_t sequence)
    : store_(store), sequence_(sequence), batch_(std::move(store.spare_)) {
    batch_.Clear();
}

RocksCommit::~RocksCommit() {
    if (!written_) store_.touched_.undo();
    if (batch_.GetDataSize() <= spare_bytes_max) store_.spare_ = std::move(batch_);
}

void RocksCommit::note(const rocksdb::Status& status) {
    if (!status.ok() && !failure_) failure_ = rocksdb_error(status);
}

Result<bool> RocksCommit::take(const Unit& unit) {
    if (store_.failure_) return fail(*store_.failure_);
    if (unit.guards != nullptr && !store_.touched_.hold(*unit.guards)) return false;
    if (unit.changes == nullptr) return true;
    for (const auto& change : unit.changes->puts) {
        store_.touched_.touch(change.family, change.key, sequence_);
        put(change.family, change.key, change.value);
    }
    for (const auto& change : unit.changes->removals) {
        store_.touched_.touch(change.family, change.key, sequence_);
        remove(change.family, change.key);
    }
    return true;
}

void RocksCommit::put(Family family, std::string_view key, std::string_view value) {
    note(batch_.Put(store_.database_->family(family), slice(key), slice(value)));
}

void RocksCommit::remove(Family family, std::string_view key) {
    note(batch_.Delete(store_.database_->family(family), slice(key)));
}

Result<void> RocksCommit::write() {
    if (store_.failure_) return fail(*store_.failure_);
    if (written_) return fail(Errc::internal, "a commit was written twice");
    if (!failure_) {
        count_nothing();
        rocksdb::WriteOptions options;
        options.sync = true;
        note(store_.database_->db().Write(options, &batch_));
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

Result<std::shared_ptr<Database>> open_database(
    const std::filesystem::path& folder, OpenMode mode, const RocksdbOptions& options
) {
    const auto database = database_options(mode, options);
    const auto descriptors = family_descriptors(options);
    rocksdb::DB* raw = nullptr;
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    const auto status =
        mode == OpenMode::read_only
            ? rocksdb::DB::OpenForReadOnly(database, folder.string(), descriptors, &handles, &raw)
            : rocksdb::DB::Open(database, folder.string(), descriptors, &handles, &raw);
    if (!status.ok()) return fail(rocksdb_error(status));
    std::unique_ptr<rocksdb::DB> db(raw);
    db->DestroyColumnFamilyHandle(handles.front());
    handles.erase(handles.begin());
    return std::make_shared<Database>(
        std::move(db), std::move(handles), mode == OpenMode::read_only
    );
}

}  // namespace

Result<std::unique_ptr<Store>> open_rocksdb(
    const std::filesystem::path& folder, OpenMode mode, const RocksdbOptions& options
) {
    if (mode == OpenMode::create_if_missing) {
        ROOKERY_CHECK(make_store_folder(folder));
    } else {
        ROOKERY_CHECK(check_store_folder(folder, mode));
    }
    ROOKERY_TRY(auto database, open_database(folder, mode, options));
    return std::make_unique<RocksStore>(std::move(database), mode, options);
}

Engine rocksdb_engine(const RocksdbOptions& options) {
    return [options](const std::filesystem::path& folder, OpenMode mode) {
        return open_rocksdb(folder, mode, options);
    };
}

}  // namespace rookery::storage
