#include "storage/free_space.hpp"

#include <algorithm>
#include <string>
#include <system_error>

namespace rookery::storage {
namespace {

std::string mebibytes(std::uintmax_t bytes) {
    return std::to_string(bytes >> 20) + " MiB";
}

}  // namespace

Result<void> check_free_space(const std::filesystem::path& folder, const FreeSpaceRule& rule) {
    std::error_code error;
    const auto space = std::filesystem::space(folder, error);
    if (error) {
        return fail(
            Errc::io, "cannot ask for the free space of " + folder.string() + ": " + error.message()
        );
    }
    const auto needed = std::max(rule.bytes_min, space.capacity / 100 * rule.percent_min);
    if (space.available >= needed) return {};
    return fail(
        Errc::io,
        "too little free space at " + folder.string() + ": " + mebibytes(space.available) + " of " +
            mebibytes(needed) + " needed",
        "free or add disk space: what cannot be logged is not released"
    );
}

}  // namespace rookery::storage
