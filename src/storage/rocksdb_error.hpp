// What RocksDB says of a failure, as an Error of ours. For the files of this engine alone.
#pragma once

#include "base/result.hpp"

#include <rocksdb/status.h>

namespace rookery::storage {

/// Errc: newer_format, integrity, in_use or io.
[[nodiscard]] Error rocksdb_error(
    const rocksdb::Status& status, boost::source_location where = BOOST_CURRENT_LOCATION
);

}  // namespace rookery::storage
