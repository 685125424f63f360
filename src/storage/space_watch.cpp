#include "storage/space_watch.hpp"

#include "base/file.hpp"

#include <algorithm>
#include <array>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace rookery::storage {
namespace {

namespace fs = std::filesystem;

/// A file that has blocks for all its bytes, so that they are there to be given up. False when the disk
/// or its permissions refuse.
bool allocate(const fs::path& path, std::uintmax_t bytes) {
    const Descriptor file(
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600)
    );
    return file.ok() && ::posix_fallocate(file.get(), 0, static_cast<off_t>(bytes)) == 0 &&
           ::fsync(file.get()) == 0;
}

/// A plain file of this size.
bool stands(const fs::path& path, std::uintmax_t bytes) {
    struct stat found {};

    return ::lstat(path.c_str(), &found) == 0 && S_ISREG(found.st_mode) &&
           found.st_size == static_cast<off_t>(bytes);
}

constexpr std::uintmax_t margin_max = std::uintmax_t{64} << 20;

constexpr std::array<std::string_view, 4> what_is_done = {
    "",
    "the vault would not open with it",
    "only administrators store something new",
    "nothing is written and nothing is answered",
};

}  // namespace

SpaceWatch::SpaceWatch(fs::path folder, SpaceRule rule, SpaceProbe probe, Told told)
    : folder_(std::move(folder)), rule_(rule), probe_(std::move(probe)), told_(std::move(told)) {
    look();
}

void SpaceWatch::look() {
    const std::lock_guard lock(looking_);
    const auto space = probe_(folder_);
    if (!space) return;
    free_.store(space->free, std::memory_order_relaxed);
    const auto level = judge(*space);
    const auto before = level_.exchange(level, std::memory_order_relaxed);
    if (level != before && told_) told_(level, warning());
    if (level == SpaceLevel::enough && !ending_) keep_reserve();
}

std::string SpaceWatch::warning() const {
    const auto level = this->level();
    if (level == SpaceLevel::enough) return {};
    std::string out = mebibytes(free_.load(std::memory_order_relaxed));
    out += " are free for the data directory: ";
    out += what_is_done[static_cast<std::size_t>(level)];
    out += "; free or add disk space";
    return out;
}

void SpaceWatch::make_room_to_end() {
    look();
    const std::lock_guard lock(looking_);
    ending_ = true;
    if (level() != SpaceLevel::none) return;
    std::error_code ignored;
    fs::remove(folder_ / reserve_name, ignored);
}

SpaceLevel SpaceWatch::judge(const Space& space) const {
    struct Bound {
        SpaceLevel level;
        std::uintmax_t below;
    };

    const std::array<Bound, 3> bounds = {{
        {SpaceLevel::none, rule_.none_below},
        {SpaceLevel::scarce, rule_.scarce_below},
        {SpaceLevel::little, rule_.open.needed(space)},
    }};
    const auto now = level();
    for (const auto& [level, below] : bounds) {
        const auto margin = now >= level ? std::min(below / 8, margin_max) : 0;
        if (space.free < below + margin) return level;
    }
    return SpaceLevel::enough;
}

void SpaceWatch::keep_reserve() {
    if (rule_.reserve == 0) return;
    const auto path = folder_ / reserve_name;
    if (stands(path, rule_.reserve)) return;
    std::error_code ignored;
    fs::remove(path, ignored);
    if (!allocate(path, rule_.reserve)) fs::remove(path, ignored);
}

}  // namespace rookery::storage
