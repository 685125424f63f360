// The files of a store: what must be right with them before RocksDB opens the folder, and the check of
// every byte afterwards. For the files of this engine alone.
#pragma once

#include "base/result.hpp"
#include "storage/engine.hpp"

#include <rocksdb/db.h>

#include <filesystem>

namespace rookery::storage {

/// A new folder is its owner's alone; one that is there keeps its mode.
[[nodiscard]] Result<void> make_store_folder(const std::filesystem::path& folder);

/// There is a database to open, which RocksDB would say in a sentence only, and nothing that it would trip
/// over.
[[nodiscard]] Result<void> check_store_folder(const std::filesystem::path& folder, OpenMode mode);

/// See Store::check_files.
[[nodiscard]] Result<void> check_database_files(rocksdb::DB& db);

}  // namespace rookery::storage
