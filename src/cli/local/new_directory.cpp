#include "cli/local/new_directory.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/file.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace rookery::cli {

namespace fs = std::filesystem;

Result<NewDirectory> NewDirectory::claim(fs::path path) {
    std::error_code error;
    const bool made = fs::create_directories(path, error);  // false for one that is there
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor == -1) {
        return fail(
            Errc::io,
            fmt::format("cannot make the directory {}", path.string()),
            "check the path, its owner and its mode"
        );
    }
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0 || !fs::is_empty(path, error)) {
        ::close(descriptor);
        return fail(
            Errc::in_use,
            fmt::format(
                "the data directory {} is not empty, or another process makes a vault there",
                path.string()
            ),
            "choose a new directory; nothing was changed"
        );
    }
    return NewDirectory(std::move(path), descriptor, made);
}

NewDirectory::NewDirectory(fs::path path, int descriptor, bool made)
    : path_(std::move(path)), descriptor_(descriptor), made_(made) {}

NewDirectory::NewDirectory(NewDirectory&& other) noexcept
    : path_(std::move(other.path_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      made_(other.made_),
      kept_(other.kept_) {}

NewDirectory::~NewDirectory() {
    if (descriptor_ == -1) return;
    std::error_code ignored;
    if (!kept_) {
        for (fs::directory_iterator at(path_, ignored), end; !ignored && at != end;
             at.increment(ignored)) {
            std::error_code left;
            fs::remove_all(at->path(), left);
        }
        if (made_) fs::remove(path_, ignored);
    }
    ::close(descriptor_);
}

}  // namespace rookery::cli
