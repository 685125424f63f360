#include "cli/options/file_place.hpp"

#include "base/file.hpp"

#include <algorithm>
#include <sys/stat.h>
#include <system_error>

namespace rookery::cli {

Result<std::filesystem::path> data_place(const std::filesystem::path& given) {
    // "link/" is the link's target to the system, and would pass by what is asked of links.
    const auto name =
        given.has_filename() || !given.has_relative_path() ? given : given.parent_path();
    ROOKERY_TRY(auto place, follow_own_links(name));
    std::error_code ignored;
    if (place == name || std::filesystem::exists(place, ignored)) return place;
    return fail(
        Errc::not_found,
        given.string() + " is a symbolic link to a directory that is not there",
        "is the volume that it leads to mounted?"
    );
}

bool lies_inside(const std::filesystem::path& file, const std::filesystem::path& data) {
    std::error_code ignored;
    const auto directory = std::filesystem::weakly_canonical(data, ignored);
    const auto place = std::filesystem::weakly_canonical(file, ignored);
    const auto [end, rest] =
        std::mismatch(directory.begin(), directory.end(), place.begin(), place.end());
    return end == directory.end() && rest != place.end();
}

bool on_same_file_system(const std::filesystem::path& a, const std::filesystem::path& b) {
    struct stat first {};

    struct stat second {};

    return ::stat(a.c_str(), &first) == 0 && ::stat(b.c_str(), &second) == 0 &&
           first.st_dev == second.st_dev;
}

}  // namespace rookery::cli
