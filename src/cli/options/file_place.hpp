// Where a file lies, seen from the data directory.
#pragma once

#include "base/result.hpp"

#include <filesystem>

namespace rookery::cli {

/// The data directory that `given` stands for, in every command and in the configuration: itself, or where a symbolic
/// link of this user or root leads. Whether a vault is there does not matter. Errc::bad_permissions for another
/// user's link, Errc::not_found for one that leads nowhere.
[[nodiscard]] Result<std::filesystem::path> data_place(const std::filesystem::path& given);

/// False when one of the two is not there.
[[nodiscard]] bool on_same_file_system(
    const std::filesystem::path& a, const std::filesystem::path& b
);

/// Is `file` in the directory `data` or below it? Links are followed.
[[nodiscard]] bool lies_inside(
    const std::filesystem::path& file, const std::filesystem::path& data
);

}  // namespace rookery::cli
