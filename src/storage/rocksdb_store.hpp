// The store on RocksDB, in one folder of this machine. Opened by messages/vault and by tools that
// verify offline; everything else sees only store.hpp. Thread rule as there.
#pragma once

#include "base/result.hpp"
#include "storage/store.hpp"

#include <cstddef>
#include <filesystem>
#include <memory>

namespace rookery::storage {

enum class OpenMode : std::uint8_t {
    create_if_missing,
    must_exist,
    read_only,  // changes nothing in the folder and takes no lock: for a copy, or a stopped server
};

struct RocksdbOptions {
    // Most data is read from mapped files; this is for what is not.
    std::size_t block_cache_bytes = std::size_t{16} << 20;
    // All families together. Also about what a start after a crash has to replay.
    std::size_t write_buffer_bytes = std::size_t{64} << 20;
    // Keys kept for guard checks while a view is alive; a view that needs more is stale.
    std::size_t touched_keys_max = 200'000;
};

/// Errc::in_use: another process, or another Store or view here, has the folder open.
/// Errc::io: no store there (must_exist, read_only), or the disk or its permissions refuse.
/// Errc::integrity: a file or the write-ahead log is damaged.
/// Errc::newer_format: its text keys were made under other Unicode rules (text_key_rules()).
/// The folder stays open until the Store and every view of it are gone.
[[nodiscard]] Result<std::unique_ptr<Store>> open_rocksdb(
    const std::filesystem::path& folder, OpenMode mode, const RocksdbOptions& options = {}
);

}  // namespace rookery::storage
