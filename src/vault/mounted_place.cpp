#include "vault/mounted_place.hpp"

#include <sys/stat.h>
#include <utility>

namespace rookery::messages {
namespace {

std::optional<dev_t> device_of(const std::filesystem::path& path) {
    struct stat facts {};

    if (::stat(path.c_str(), &facts) != 0) return std::nullopt;
    return facts.st_dev;
}

}  // namespace

MountedPlace::MountedPlace(std::filesystem::path file, std::filesystem::path data)
    : file_(std::move(file)),
      data_(std::move(data)),
      device_(device_of(file_.parent_path())),
      apart_(device_ != device_of(data_)) {}

Result<void> MountedPlace::check() const {
    const auto now = device_of(file_.parent_path());
    if (!device_ || !now || now == device_)
        return {};  // one that is not there no file is written to

    struct stat facts {};

    const bool came_back = ::lstat(file_.c_str(), &facts) == 0;
    if (came_back && !(apart_ && now == device_of(data_))) return {};
    return fail(
        Errc::io,
        file_.parent_path().string() + " is on another file system than at the start",
        "mount what it lay on"
    );
}

}  // namespace rookery::messages
