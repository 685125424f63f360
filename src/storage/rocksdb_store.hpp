// The engine on RocksDB: a store in one folder of this machine.
#pragma once

#include "storage/engine.hpp"

#include <cstddef>
#include <filesystem>
#include <memory>

namespace rookery::storage {

struct RocksdbOptions {
    // Most data is read from mapped files; this is for what is not.
    std::size_t block_cache_bytes = std::size_t{16} << 20;
    // All families together. Also about what a start after a crash has to replay.
    std::size_t write_buffer_bytes = std::size_t{64} << 20;
    // Keys kept for guard checks while a view is alive; a view that needs more is stale.
    std::size_t touched_keys_max = 200'000;
};

/// As Engine.
[[nodiscard]] Result<std::unique_ptr<Store>> open_rocksdb(
    const std::filesystem::path& folder, OpenMode mode, const RocksdbOptions& options = {}
);

[[nodiscard]] Engine rocksdb_engine(const RocksdbOptions& options = {});

}  // namespace rookery::storage
