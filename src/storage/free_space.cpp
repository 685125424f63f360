#include "storage/free_space.hpp"

#include <algorithm>
#include <string>
#include <system_error>

namespace rookery::storage {

std::string mebibytes(std::uintmax_t bytes) { return std::to_string(bytes >> 20) + " MiB"; }

Result<Space> space_of(const std::filesystem::path& folder) {
    std::error_code error;
    const auto space = std::filesystem::space(folder, error);
    if (error) {
        return fail(
            Errc::io, "cannot ask for the free space of " + folder.string() + ": " + error.message()
        );
    }
    return Space{space.available, space.capacity};
}

std::uintmax_t FreeSpaceRule::needed(const Space& space) const {
    return std::max(bytes_min, space.capacity / 100 * percent_min);
}

Result<void> check_free_space(
    const std::filesystem::path& folder, const FreeSpaceRule& rule, const SpaceProbe& probe
) {
    ROOKERY_TRY(const auto space, probe(folder));
    const auto needed = rule.needed(space);
    if (space.free >= needed) return {};
    return fail(
        Errc::io,
        "too little free space at " + folder.string() + ": " + mebibytes(space.free) + " of " +
            mebibytes(needed) + " needed",
        "free or add disk space: what cannot be logged is not released"
    );
}

}  // namespace rookery::storage
