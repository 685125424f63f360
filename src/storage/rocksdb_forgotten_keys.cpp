#include "storage/rocksdb_forgotten_keys.hpp"

#include "storage/rocksdb_error.hpp"

#include <rocksdb/transaction_log.h>

#include <algorithm>

namespace rookery::storage {
namespace {

std::uint64_t property(rocksdb::DB& db, const std::string& name) {
    std::uint64_t value = 0;
    return db.GetIntProperty(name, &value) ? value : 0;
}

/// A snapshot of before the mark would have compaction keep what it sees; and a file that may not be deleted stays.
bool is_in_the_way(rocksdb::DB& db, std::uint64_t mark) {
    const auto oldest = property(db, rocksdb::DB::Properties::kOldestSnapshotSequence);
    const bool deletes = property(db, rocksdb::DB::Properties::kIsFileDeletionsEnabled) != 0;
    return (oldest != 0 && oldest < mark) || !deletes;
}

/// Files that a reader still has open are not counted among the live ones.
bool has_old_tables(rocksdb::DB& db, const std::vector<rocksdb::ColumnFamilyHandle*>& families) {
    return std::ranges::any_of(families, [&](auto* family) {
        std::uint64_t live = 0;
        std::uint64_t all = 0;
        return db.GetIntProperty(family, rocksdb::DB::Properties::kLiveSstFilesSize, &live) &&
               db.GetIntProperty(family, rocksdb::DB::Properties::kTotalSstFilesSize, &all) &&
               live != all;
    });
}

Result<bool> has_old_logs(rocksdb::DB& db, std::uint64_t mark) {
    rocksdb::VectorLogPtr logs;
    const auto status = db.GetSortedWalFiles(logs);
    if (!status.ok()) return fail(rocksdb_error(status));
    return std::ranges::any_of(logs, [&](const auto& log) { return log->StartSequence() < mark; });
}

}  // namespace

Result<bool> forget_in_database(
    rocksdb::DB& db, const std::vector<rocksdb::ColumnFamilyHandle*>& families,
    std::span<const KeyRange> ranges, std::uint64_t mark
) {
    if (is_in_the_way(db, mark)) return false;
    // All families: the write-ahead log is one for all of them.
    if (const auto status = db.Flush(rocksdb::FlushOptions{}, families); !status.ok()) {
        return fail(rocksdb_error(status));
    }
    rocksdb::CompactRangeOptions options;
    options.exclusive_manual_compaction = false;
    options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
    for (const auto& range : ranges) {
        const rocksdb::Slice lower(range.lower);
        const rocksdb::Slice upper(range.upper);
        const auto status = db.CompactRange(
            options,
            families[static_cast<std::size_t>(range.family)],
            range.lower.empty() ? nullptr : &lower,
            range.upper.empty() ? nullptr : &upper
        );
        if (!status.ok()) return fail(rocksdb_error(status));
    }
    if (is_in_the_way(db, mark) || has_old_tables(db, families)) return false;
    ROOKERY_TRY(const bool old_logs, has_old_logs(db, mark));
    return !old_logs;
}

}  // namespace rookery::storage
