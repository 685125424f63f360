#include "cli/import/output_file.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace rookery::cli {

Result<OutputFile> OutputFile::create(const std::filesystem::path& path) {
    struct stat facts {};

    if (::lstat(path.c_str(), &facts) == 0 && !S_ISREG(facts.st_mode)) {
        return fail(Errc::in_use, fmt::format("{} is there and is no file", path.string()));
    }
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
    if (std::rename(temporary_.c_str(), path_.c_str()) != 0) {
        return io_error("create", path_, errno);
    }
    temporary_.clear();
    return {};
}

}  // namespace rookery::cli
