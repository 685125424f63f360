#include "base/file.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <span>
#include <string>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace rookery {
namespace {

namespace fs = std::filesystem;

Result<Descriptor> open_regular(const fs::path& path, struct stat& facts) {
    Descriptor file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!file.ok() && errno == ELOOP) {
        return fail(
            Errc::bad_permissions, path.string() + " is a symbolic link", "name the file itself"
        );
    }
    if (!file.ok() && (errno == ENOENT || errno == ENOTDIR)) {
        return fail(Errc::not_found, "there is no file " + path.string(), "check the path");
    }
    if (!file.ok() || ::fstat(file.get(), &facts) != 0) return io_error("cannot open", path, errno);
    if (!S_ISREG(facts.st_mode)) {
        return fail(Errc::bad_permissions, path.string() + " is not a regular file");
    }
    return file;
}

Result<void> check_private(const fs::path& path, const struct stat& facts, PrivateFileKind kind) {
    const bool of_root = facts.st_uid == 0;
    const auto mode = facts.st_mode & 07777U;
    if (kind == PrivateFileKind::systemd_credential && of_root && mode == 0440) return {};
    if (!of_root && facts.st_uid != ::geteuid()) {
        return fail(
            Errc::bad_permissions,
            path.string() + " belongs to another user",
            "chown it to the user that runs rookery"
        );
    }
    if (mode != 0600 && mode != 0400) {
        return fail(
            Errc::bad_permissions,
            path.string() + " is not private: its mode must be 0600 or 0400",
            "chmod 600 " + path.string()
        );
    }
    return {};
}

/// One byte more than may be there. Some file systems, such as /sys, lie about the size of small
/// files; a cell of the arena holds those.
std::size_t room_for(const struct stat& facts, std::size_t bytes_max) {
    constexpr std::size_t small_bytes = 4095;
    return std::min(bytes_max, std::max(static_cast<std::size_t>(facts.st_size), small_bytes)) + 1;
}

/// How many bytes there are. Errc::too_large when nothing of `out` is left.
Result<std::size_t> read_into(
    std::span<std::uint8_t> out, const Descriptor& file, const fs::path& path
) {
    std::size_t size = 0;
    while (size < out.size()) {
        const auto n = ::read(file.get(), out.data() + size, out.size() - size);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return io_error("cannot read", path, errno);
        if (n == 0) return size;
        size += static_cast<std::size_t>(n);
    }
    return fail(Errc::too_large, path.string() + " is larger than it may be");
}

bool write_all(const Descriptor& file, ByteView content) {
    while (!content.empty()) {
        const auto n = ::write(file.get(), content.data(), content.size());
        if (n < 0 && errno == EINTR) continue;
        if (n == 0) errno = EIO;
        if (n <= 0) return false;
        content = content.subspan(static_cast<std::size_t>(n));
    }
    return true;
}

/// 0, or the errno of what failed; then it left no file.
int write_new(const fs::path& path, ByteView content, FileMode mode) {
    const auto bits = static_cast<::mode_t>(mode);
    const Descriptor file(
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, bits)
    );
    if (!file.ok()) return errno;
    if (::fchmod(file.get(), bits) == 0 && write_all(file, content) && ::fsync(file.get()) == 0) {
        return 0;
    }
    const int error = errno;
    ::unlink(path.c_str());
    return error;
}

/// Makes the names in the folder of `path` durable: 0 or an errno.
int sync_folder_of(const fs::path& path) {
    const auto folder = path.has_parent_path() ? path.parent_path() : fs::path{"."};
    const Descriptor file(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    return file.ok() && ::fsync(file.get()) == 0 ? 0 : errno;
}

}  // namespace

Descriptor::~Descriptor() {
    if (ok()) ::close(fd_);
}

tl::unexpected<Error> io_error(std::string_view what, const fs::path& path, int error) {
    return fail(
        Errc::io,
        std::string{what} + " " + path.string() + ": " + std::generic_category().message(error),
        error == ENOSPC ? "free some space on this disk" : "check the path, its owner and its mode"
    );
}

Result<SecretBytes> read_private_file(
    const fs::path& path, std::size_t bytes_max, PrivateFileKind kind
) {
    struct stat facts {};

    ROOKERY_TRY(const auto file, open_regular(path, facts));
    ROOKERY_CHECK(check_private(path, facts, kind));
    SecretBytes content(room_for(facts, bytes_max));
    ROOKERY_TRY(const auto size, content.expose_mutable([&](std::span<std::uint8_t> out) {
        return read_into(out, file, path);
    }));
    content.shrink(size);
    return content;
}

Result<Bytes> read_plain_file(const fs::path& path, std::size_t bytes_max) {
    struct stat facts {};

    ROOKERY_TRY(const auto file, open_regular(path, facts));
    Bytes content(room_for(facts, bytes_max));
    ROOKERY_TRY(const auto size, read_into(content, file, path));
    content.resize(size);
    return content;
}

Result<void> create_file(const fs::path& path, ByteView content, FileMode mode) {
    int error = write_new(path, content, mode);
    if (error == EEXIST) {
        return fail(
            Errc::in_use,
            path.string() + " already exists",
            "it is never overwritten: name another file, or move this one away"
        );
    }
    if (error == 0) {
        error = sync_folder_of(path);
        if (error != 0) ::unlink(path.c_str());
    }
    if (error != 0) return io_error("cannot create", path, error);
    return {};
}

Result<void> replace_file(const fs::path& path, ByteView content, FileMode mode) {
    auto temporary = path;
    temporary += ".new";
    ::unlink(temporary.c_str());  // left by a crash
    if (const int error = write_new(temporary, content, mode); error != 0) {
        return io_error("cannot write", temporary, error);
    }
    if (::rename(temporary.c_str(), path.c_str()) != 0) {
        const int error = errno;
        ::unlink(temporary.c_str());
        return io_error("cannot replace", path, error);
    }
    if (const int error = sync_folder_of(path); error != 0) {
        return io_error("cannot sync the directory of", path, error);
    }
    return {};
}

}  // namespace rookery
