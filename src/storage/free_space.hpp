// Whether a disk has room for the log: asked once, before a vault opens, since a store whose write
// failed takes no further commit until the process starts anew. Nobody asks again while it serves: a
// disk that fills up then ends the process.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <filesystem>

namespace rookery::storage {

/// Both must be free.
struct FreeSpaceRule {
    std::uintmax_t bytes_min = std::uintmax_t{2} << 30;
    unsigned percent_min = 5;  // of the file system
};

/// Errc::io when less is free, or the folder cannot be asked.
[[nodiscard]] Result<void> check_free_space(
    const std::filesystem::path& folder, const FreeSpaceRule& rule = {}
);

}  // namespace rookery::storage
