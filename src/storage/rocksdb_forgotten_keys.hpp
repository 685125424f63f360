// See ForgetsKeys. For this engine alone.
#pragma once

#include "storage/forgotten_keys.hpp"

#include <rocksdb/db.h>

#include <vector>

namespace rookery::storage {

/// As the functions of ForgetsKeys. `families` by Family.
[[nodiscard]] Result<bool> begin_forgetting_in_database(
    rocksdb::DB& db, const std::vector<rocksdb::ColumnFamilyHandle*>& families, std::uint64_t mark
);
[[nodiscard]] Result<std::optional<KeyRange>> forget_part_in_database(
    rocksdb::DB& db, rocksdb::ColumnFamilyHandle& family, const KeyRange& range
);
[[nodiscard]] Result<bool> has_database_forgotten(
    rocksdb::DB& db, const std::vector<rocksdb::ColumnFamilyHandle*>& families, std::uint64_t mark
);

}  // namespace rookery::storage
