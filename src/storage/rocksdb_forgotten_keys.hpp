// See ForgetsKeys. For this engine alone.
#pragma once

#include "storage/forgotten_keys.hpp"

#include <rocksdb/db.h>

#include <vector>

namespace rookery::storage {

/// `families` by Family.
[[nodiscard]] Result<bool> forget_in_database(
    rocksdb::DB& db, const std::vector<rocksdb::ColumnFamilyHandle*>& families,
    std::span<const KeyRange> ranges, std::uint64_t mark
);

}  // namespace rookery::storage
