#include "http/private_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>

namespace rookery::http {
namespace {

constexpr std::size_t private_file_bytes_max = 64U << 10;

class Descriptor {
 public:
    explicit Descriptor(int fd) : fd_(fd) {}

    ~Descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }

    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    [[nodiscard]] int get() const { return fd_; }

 private:
    int fd_;
};

tl::unexpected<Error> io_error(const char* what, const std::filesystem::path& path, int error) {
    return fail(
        Errc::io,
        std::string{what} + " " + path.string() + ": " + std::generic_category().message(error)
    );
}

}  // namespace

Result<SecretBytes> read_private_file(const std::filesystem::path& path) {
    // O_NONBLOCK so that a FIFO put in its place cannot stop the program.
    const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)};
    if (file.get() < 0) {
        if (errno == ELOOP) {
            return fail(Errc::bad_permissions, path.string() + " is a symbolic link.",
                        "Name the key file itself.");
        }
        return io_error("cannot open", path, errno);
    }
    struct stat status {};
    if (::fstat(file.get(), &status) != 0) return io_error("cannot read", path, errno);
    if (!S_ISREG(status.st_mode)) {
        return fail(Errc::bad_permissions, path.string() + " is not a regular file.");
    }
    if (status.st_uid != ::geteuid() && status.st_uid != 0) {
        return fail(
            Errc::bad_permissions, path.string() + " belongs to another user.",
            "Change its owner to the user that runs rookery."
        );
    }
    if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        return fail(
            Errc::bad_permissions, path.string() + " can be opened by other users.",
            "chmod 600 " + path.string()
        );
    }
    if (status.st_size <= 0 || static_cast<std::size_t>(status.st_size) > private_file_bytes_max) {
        return fail(Errc::io, path.string() + " has no key's size.");
    }
    SecretBytes content{static_cast<std::size_t>(status.st_size)};
    std::size_t size = 0;
    while (size < content.size()) {
        const auto got = content.expose_mutable([&](std::span<std::uint8_t> bytes) {
            return ::read(file.get(), bytes.data() + size, bytes.size() - size);
        });
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return io_error("cannot read", path, errno);
        if (got == 0) break;
        size += static_cast<std::size_t>(got);
    }
    content.shrink(size);
    return content;
}

Result<void> write_file(const std::filesystem::path& path, ByteView content, FileMode mode) {
    auto temporary = path;
    temporary += ".new";
    ::unlink(temporary.c_str());  // left by a crash
    const auto bits = static_cast<::mode_t>(mode);
    {
        const Descriptor file{::open(
            temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, bits
        )};
        if (file.get() < 0) return io_error("cannot create", temporary, errno);
        if (::fchmod(file.get(), bits) != 0) return io_error("cannot create", temporary, errno);
        std::size_t size = 0;
        while (size < content.size()) {
            const auto put = ::write(file.get(), content.data() + size, content.size() - size);
            if (put < 0 && errno == EINTR) continue;
            if (put <= 0) return io_error("cannot write", temporary, errno);
            size += static_cast<std::size_t>(put);
        }
        if (::fsync(file.get()) != 0) return io_error("cannot write", temporary, errno);
    }
    if (::rename(temporary.c_str(), path.c_str()) != 0) return io_error("cannot write", path, errno);
    const Descriptor folder{::open(
        path.has_parent_path() ? path.parent_path().c_str() : ".",
        O_RDONLY | O_DIRECTORY | O_CLOEXEC
    )};
    if (folder.get() < 0 || ::fsync(folder.get()) != 0) return io_error("cannot write", path, errno);
    return {};
}

}  // namespace rookery::http
