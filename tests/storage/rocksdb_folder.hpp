// The folder of a store on RocksDB, as tests look at it from outside.
#pragma once

#include <catch2/catch.hpp>

#include <filesystem>

namespace rookery::storage::test {

/// What a crash would leave: the files as they are now, while the store still runs.
inline void copy_folder(const std::filesystem::path& from, const std::filesystem::path& to) {
    namespace fs = std::filesystem;
    fs::create_directory(to);
    for (const auto& entry : fs::directory_iterator(from)) {
        fs::copy_file(entry.path(), to / entry.path().filename());
    }
}

/// The write-ahead log that is being written.
inline std::filesystem::path live_log(const std::filesystem::path& folder) {
    namespace fs = std::filesystem;
    fs::path newest;
    for (const auto& entry : fs::directory_iterator(folder)) {
        if (entry.path().extension() == ".log" && entry.path() > newest) newest = entry.path();
    }
    REQUIRE_FALSE(newest.empty());
    return newest;
}

}  // namespace rookery::storage::test
