#include "storage/rocksdb_error.hpp"

#include "base/integrity_failure.hpp"

#include <string>

namespace rookery::storage {
namespace {

/// RocksDB has no code of its own for "somebody else has it open".
bool is_lock_failure(const rocksdb::Status& status) {
    const auto text = status.ToString();
    return status.IsIOError() && (text.find("While lock file") != std::string::npos ||
                                  text.find("lock hold by current process") != std::string::npos);
}

}  // namespace

Error rocksdb_error(const rocksdb::Status& status, boost::source_location where) {
    // A corruption by its code; what its text says is that nobody can tell.
    const auto says = [&](const char* text) {
        return status.ToString().find(text) != std::string::npos;
    };
    if (status.IsNotSupported() || says("newer version of RocksDB") ||
        says("unsupported format_version")) {
        return {
            Errc::newer_format,
            "the store's files are of a format that this program cannot read",
            "use the version of rookery that wrote them, or a newer one (" + status.ToString() +
                ")",
            where};
    }
    if (status.IsCorruption()) {
        return integrity_failure(
                   "the store is damaged: keep a copy of its directory and restore a backup (" +
                       status.ToString() + ")",
                   where
        )
            .value();
    }
    if (is_lock_failure(status)) {
        return {
            Errc::in_use,
            "the data directory is in use",
            "another process has it open: stop that one, or ask it over its API",
            where};
    }
    if (status.IsNoSpace()) {
        return {
            Errc::io,
            "the disk is full: " + status.ToString(),
            "free or add disk space, then start again",
            where};
    }
    return {
        Errc::io,
        "the store failed: " + status.ToString(),
        "check the disk and the directory's permissions, then start again",
        where};
}

}  // namespace rookery::storage
