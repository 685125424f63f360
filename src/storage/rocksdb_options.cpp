#include "storage/rocksdb_options.hpp"

#include <rocksdb/cache.h>
#include <rocksdb/file_checksum.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>

#include <array>
#include <memory>

namespace rookery::storage {
namespace {

/// Of a key in Family::rows its table; of one in Family::rowidx the table, the kind and the column.
constexpr std::size_t row_table_bytes = 2;
constexpr std::size_t index_kind_bytes = 5;

/// Of a write buffer, for its filter: some 10 bits for each of its rows.
constexpr double memtable_filter_share = 0.005;

/// By Family.
constexpr std::array<const char*, 4> family_names = {"rows", "rowidx", "log", "meta"};

/// Instead of RocksDB's own log file. Its writer, in builds with assertions, ends the process at
/// the line after one that did not fit on the disk: just when a full disk has to be reported. And a
/// read-only open leaves the folder alone. What went wrong is in the status that the caller gets.
class Silent final : public rocksdb::Logger {
 public:
    using rocksdb::Logger::Logv;

    void Logv(const char*, va_list) override {}
};

rocksdb::ColumnFamilyOptions family_options(
    Family family, const RocksdbOptions& options, const std::shared_ptr<rocksdb::Cache>& cache
) {
    rocksdb::BlockBasedTableOptions table;
    table.block_size = 4096;
    table.block_cache = cache;
    table.format_version = 5;
    // Point reads go to rows, log and meta. Index entries are only walked, and guards on them are checked
    // in memory, so a filter would never be asked.
    const bool filter = family != Family::rowidx;
    if (filter) table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));

    rocksdb::ColumnFamilyOptions out;
    out.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
    // Off everywhere: tokens and log details are ciphertext and most of the rest is random ids, and
    // only an uncompressed block is read in place from the mapped file.
    out.compression = rocksdb::kNoCompression;
    out.bottommost_compression = rocksdb::kNoCompression;
    out.level_compaction_dynamic_level_bytes = true;
    out.write_buffer_size = options.write_buffer_bytes / (family == Family::meta ? 8 : 2);
    out.max_write_buffer_number = 2;
    // Most point reads are of what is not in memory: older rows, and ids and outbox entries that are new.
    out.memtable_whole_key_filtering = filter;
    if (filter) out.memtable_prefix_bloom_size_ratio = memtable_filter_share;
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

}  // namespace

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

std::vector<rocksdb::ColumnFamilyDescriptor> family_descriptors(const RocksdbOptions& options) {
    const auto cache = rocksdb::NewLRUCache(options.block_cache_bytes);
    std::vector<rocksdb::ColumnFamilyDescriptor> out;
    out.emplace_back(
        rocksdb::kDefaultColumnFamilyName, family_options(Family::meta, options, cache)
    );
    for (std::size_t i = 0; i < family_names.size(); ++i) {
        out.emplace_back(family_names[i], family_options(static_cast<Family>(i), options, cache));
    }
    return out;
}

}  // namespace rookery::storage
