// How RocksDB is set up: what it does with its files, and the families of a store. For the files of this
// engine alone.
#pragma once

#include "storage/rocksdb_store.hpp"

#include <rocksdb/db.h>
#include <rocksdb/options.h>

#include <vector>

namespace rookery::storage {

[[nodiscard]] rocksdb::DBOptions database_options(OpenMode mode, const RocksdbOptions& options);

/// The family that RocksDB insists on, which stays empty, and then those of Family in their order.
[[nodiscard]] std::vector<rocksdb::ColumnFamilyDescriptor> family_descriptors(
    const RocksdbOptions& options
);

}  // namespace rookery::storage
