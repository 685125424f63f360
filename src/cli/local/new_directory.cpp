#include "cli/local/new_directory.hpp"

#include <system_error>
#include <utility>

namespace rookery::cli {

namespace fs = std::filesystem;

namespace {

bool is_there(const fs::path& path) {
    std::error_code ignored;
    return fs::exists(fs::symlink_status(path, ignored));
}

}  // namespace

NewDirectory::NewDirectory(fs::path path) : path_(std::move(path)), was_there_(is_there(path_)) {}

NewDirectory::~NewDirectory() {
    if (kept_) return;
    std::error_code ignored;
    if (!was_there_) {
        fs::remove_all(path_, ignored);
        return;
    }
    for (fs::directory_iterator at(path_, ignored), end; !ignored && at != end;
         at.increment(ignored)) {
        std::error_code left;
        fs::remove_all(at->path(), left);
    }
}

}  // namespace rookery::cli
