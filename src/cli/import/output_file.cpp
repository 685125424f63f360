#include "cli/import/output_file.hpp"

#include "cli/options/secret_file.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace rookery::cli {
namespace {

/// 0, or the errno; EEXIST when anything has the name `to`.
int rename_to_new(const std::filesystem::path& from, const std::filesystem::path& to) {
    if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return 0;
    if (errno != EINVAL && errno != ENOSYS) return errno;
    // Not every file system knows that flag.
    if (::link(from.c_str(), to.c_str()) != 0) return errno;
    ::unlink(from.c_str());
    return 0;
}

}  // namespace

Result<OutputFile> OutputFile::create(const std::filesystem::path& path) {
    struct stat facts {};

    if (::lstat(path.c_str(), &facts) == 0) return exists_already(path);
    auto temporary = path;
    temporary += fmt::format(".{}.new", ::getpid());
    Descriptor file(
        ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600)
    );
    if (!file.ok()) return io_error("create", path, errno);
    return OutputFile(path, std::move(temporary), std::move(file));
}

OutputFile::~OutputFile() {
    if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : path_(std::move(other.path_)),
      temporary_(std::exchange(other.temporary_, {})),
      file_(std::move(other.file_)) {}

Result<void> OutputFile::write(std::string_view text) {
    while (!text.empty()) {
        const auto n = ::write(file_.get(), text.data(), text.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return io_error("write", path_, errno);
        text.remove_prefix(static_cast<std::size_t>(n));
    }
    return {};
}

Result<void> OutputFile::finish() {
    if (::fsync(file_.get()) != 0) return io_error("write", path_, errno);
    // Somebody may have made the name meanwhile.
    const int error = rename_to_new(temporary_, path_);
    if (error == EEXIST) return exists_already(path_);
    if (error != 0) return io_error("create", path_, error);
    temporary_.clear();
    return {};
}

}  // namespace rookery::cli
