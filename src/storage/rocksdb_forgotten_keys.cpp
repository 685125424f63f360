#include "storage/rocksdb_forgotten_keys.hpp"

#include "storage/rocksdb_error.hpp"

#include <rocksdb/transaction_log.h>

#include <algorithm>
#include <string>
#include <utility>

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

/// The last key of the file that holds the first ones of the range, on the lowest level that has any of them; nothing: none
/// has.
std::optional<std::string> end_of_first_file(
    rocksdb::DB& db, rocksdb::ColumnFamilyHandle& family, const KeyRange& range
) {
    rocksdb::ColumnFamilyMetaData facts;
    db.GetColumnFamilyMetaData(&family, &facts);
    for (auto level = facts.levels.rbegin(); level != facts.levels.rend(); ++level) {
        std::optional<std::string> first;
        for (const auto& file : level->files) {
            const bool before = file.largestkey < range.lower;
            const bool behind = !range.upper.empty() && file.smallestkey >= range.upper;
            if (before || behind || (first && *first <= file.largestkey)) continue;
            first = file.largestkey;
        }
        if (first) return first;
    }
    return std::nullopt;
}

}  // namespace

Result<bool> begin_forgetting_in_database(
    rocksdb::DB& db, const std::vector<rocksdb::ColumnFamilyHandle*>& families, std::uint64_t mark
) {
    if (is_in_the_way(db, mark)) return false;
    // All families: the write-ahead log is one for all of them.
    if (const auto status = db.Flush(rocksdb::FlushOptions{}, families); !status.ok()) {
        return fail(rocksdb_error(status));
    }
    return true;
}

Result<std::optional<KeyRange>> forget_part_in_database(
    rocksdb::DB& db, rocksdb::ColumnFamilyHandle& family, const KeyRange& range
) {
    auto last = end_of_first_file(db, family, range);
    if (!last) return std::optional<KeyRange>{};
    const bool to_the_end = !range.upper.empty() && *last >= range.upper;
    rocksdb::CompactRangeOptions options;
    options.exclusive_manual_compaction = false;
    options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
    const rocksdb::Slice lower(range.lower);
    const rocksdb::Slice upper(to_the_end ? range.upper : *last);
    const auto status = db.CompactRange(options, &family, &lower, &upper);
    if (!status.ok()) return fail(rocksdb_error(status));
    if (to_the_end) return std::optional<KeyRange>{};
    last->push_back('\0');  // the least key above it
    return std::optional{KeyRange{range.family, std::move(*last), range.upper}};
}

Result<bool> has_database_forgotten(
    rocksdb::DB& db, const std::vector<rocksdb::ColumnFamilyHandle*>& families, std::uint64_t mark
) {
    if (is_in_the_way(db, mark) || has_old_tables(db, families)) return false;
    ROOKERY_TRY(const bool old_logs, has_old_logs(db, mark));
    return !old_logs;
}

}  // namespace rookery::storage
