// The files of a store for a copy of it: of one that is open, or that nobody has open. For this engine alone.
//
// RocksDB's own backups (BackupEngine, Checkpoint) were tried on paper and left. Both copy in one call, which no job can cut
// into steps, pause or end; a checkpoint of another file system is a whole copy each time; and generations of a BackupEngine
// are no stores that `rookery audit verify` could open. What both are made of is the list that stands here.
#pragma once

#include "base/result.hpp"
#include "storage/held_files.hpp"

#include <rocksdb/db.h>

#include <filesystem>
#include <memory>
#include <vector>

namespace rookery::storage {

/// While it lives no file is deleted: a background job may have merged one that is still to be read.
class FilesKept {
 public:
    explicit FilesKept(rocksdb::DB& db);
    ~FilesKept();
    FilesKept(const FilesKept&) = delete;
    FilesKept& operator=(const FilesKept&) = delete;
    FilesKept(FilesKept&&) = delete;
    FilesKept& operator=(FilesKept&&) = delete;

 private:
    rocksdb::DB& db_;
};

/// See HoldsFiles.
[[nodiscard]] Result<std::unique_ptr<HeldFiles>> hold_database_files(std::shared_ptr<rocksdb::DB> db
);

}  // namespace rookery::storage
