// How much room a disk has, and whether that is enough to open a vault: a store whose write failed takes
// no further commit until the process starts anew. While it serves, space_watch.hpp asks again.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>

namespace rookery::storage {

struct Space {
    std::uintmax_t free = 0;  // to this process
    std::uintmax_t capacity = 0;
};

/// Of the file system that a folder lies on; tests have their own. Errc::io when it cannot be asked.
using SpaceProbe = std::function<Result<Space>(const std::filesystem::path& folder)>;

[[nodiscard]] Result<Space> space_of(const std::filesystem::path& folder);

/// Both must be free.
struct FreeSpaceRule {
    std::uintmax_t bytes_min = std::uintmax_t{2} << 30;
    unsigned percent_min = 5;  // of the file system

    [[nodiscard]] std::uintmax_t needed(const Space& space) const;
};

/// Errc::io when less is free, or the folder cannot be asked.
[[nodiscard]] Result<void> check_free_space(
    const std::filesystem::path& folder, const FreeSpaceRule& rule = {},
    const SpaceProbe& probe = space_of
);

/// "17 MiB"
[[nodiscard]] std::string mebibytes(std::uintmax_t bytes);

}  // namespace rookery::storage
