// Whether two places are lost, stolen or put back together.
#pragma once

#include <filesystem>
#include <sys/stat.h>

namespace rookery::messages {

/// False when one of the two is not there.
[[nodiscard]] inline bool same_file_system(
    const std::filesystem::path& a, const std::filesystem::path& b
) {
    struct stat first {};

    struct stat second {};

    return ::stat(a.c_str(), &first) == 0 && ::stat(b.c_str(), &second) == 0 &&
           first.st_dev == second.st_dev;
}

}  // namespace rookery::messages
