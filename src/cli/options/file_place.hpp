// Where a file lies, seen from the data directory.
#pragma once

#include <filesystem>

namespace rookery::cli {

/// False when one of the two is not there.
[[nodiscard]] bool on_same_file_system(
    const std::filesystem::path& a, const std::filesystem::path& b
);

/// Is `file` in the directory `data` or below it? Links are followed.
[[nodiscard]] bool lies_inside(
    const std::filesystem::path& file, const std::filesystem::path& data
);

}  // namespace rookery::cli
