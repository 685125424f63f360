#include "crypto/key_file.hpp"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <string>
#include <system_error>

#include "base/secret.hpp"

namespace rookery::crypto {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t raw_bytes = 32;
constexpr std::size_t text_bytes = 65;  // hex and newline

class Descriptor {
 public:
    explicit Descriptor(int fd) : fd_(fd) {}

    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    ~Descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }

    [[nodiscard]] int get() const { return fd_; }

    [[nodiscard]] bool ok() const { return fd_ >= 0; }

 private:
    int fd_;
};

tl::unexpected<Error> io_failure(const fs::path& path, std::string_view what, int error) {
    return fail(
        Errc::io, path.string() + ": " + std::string{what} + ": " +
                      std::generic_category().message(error)
    );
}

/// As many bytes as there are, at most out.size(); nothing on error.
std::optional<std::size_t> read_all(int fd, std::span<std::uint8_t> out) {
    std::size_t at = 0;
    while (at < out.size()) {
        const auto n = ::read(fd, out.data() + at, out.size() - at);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return std::nullopt;
        if (n == 0) break;
        at += static_cast<std::size_t>(n);
    }
    return at;
}

bool write_all(int fd, ByteView in) {
    while (!in.empty()) {
        const auto n = ::write(fd, in.data(), in.size());
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        in = in.subspan(static_cast<std::size_t>(n));
    }
    return true;
}

bool sync_folder(const fs::path& path) {
    const auto folder = path.has_parent_path() ? path.parent_path() : fs::path{"."};
    const Descriptor fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    return fd.ok() && ::fsync(fd.get()) == 0;
}

Result<void> check_file(const fs::path& path, const struct stat& status) {
    if (!S_ISREG(status.st_mode)) {
        return fail(Errc::bad_permissions, path.string() + ": not a regular file");
    }
    if (status.st_uid != ::geteuid() && status.st_uid != 0) {
        return fail(
            Errc::bad_permissions, path.string() + ": belongs to another user",
            "chown it to the user that runs the vault"
        );
    }
    const auto mode = status.st_mode & 07777;
    if (mode != 0400 && mode != 0600) {
        return fail(
            Errc::bad_permissions, path.string() + ": others may reach it",
            "chmod 0400 " + path.string()
        );
    }
    return {};
}

}  // namespace

Result<KeyFileSecret> read_key_file(const fs::path& path) {
    // O_NONBLOCK: a pipe of that name must not hang the start. The checks are made on what was opened.
    const Descriptor fd(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
    if (!fd.ok()) {
        if (errno == ELOOP) {
            return fail(
                Errc::bad_permissions, path.string() + ": is a symbolic link",
                "name the file itself"
            );
        }
        if (errno == ENOENT || errno == ENOTDIR) {
            return fail(
                Errc::not_found, path.string() + ": there is no such key file",
                "is the volume that holds it mounted?"
            );
        }
        return io_failure(path, "cannot be opened", errno);
    }
    struct stat status{};
    if (::fstat(fd.get(), &status) != 0) return io_failure(path, "cannot be read", errno);
    ROOKERY_CHECK(check_file(path, status));

    SecretBytes content(text_bytes + 1);
    const auto size = content.expose_mutable([&](std::span<std::uint8_t> out) {
        return read_all(fd.get(), out);
    });
    if (!size) return io_failure(path, "cannot be read", errno);
    bool good = false;
    auto secret = KeyFileSecret::filled_by([&](std::span<std::uint8_t, 32> out) {
        content.expose([&](ByteView bytes) {
            if (*size == raw_bytes) {
                std::memcpy(out.data(), bytes.data(), raw_bytes);
                good = true;
            } else if (*size == text_bytes && bytes[text_bytes - 1] == '\n') {
                std::size_t written = 0;
                good = sodium_hex2bin(
                           out.data(), out.size(), reinterpret_cast<const char*>(bytes.data()),
                           text_bytes - 1, nullptr, &written, nullptr
                       ) == 0 &&
                       written == raw_bytes;
            }
        });
    });
    if (!good) {
        return fail(
            Errc::wrong_secret, path.string() + ": is not a key file",
            "it must hold 32 bytes, or 64 hex digits and a newline"
        );
    }
    return secret;
}

Result<void> create_key_file(const fs::path& path, Random& random) {
    const Descriptor fd(
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0400)
    );
    if (!fd.ok()) {
        if (errno == EEXIST) {
            return fail(
                Errc::in_use, path.string() + ": already exists",
                "a key file is never overwritten: choose another name"
            );
        }
        return io_failure(path, "cannot be created", errno);
    }
    const auto key = KeyFileSecret::random(random);
    SecretBytes text(text_bytes + 1);  // sodium adds a terminator, which is not written
    const bool written = text.expose_mutable([&](std::span<std::uint8_t> out) {
        key.expose([&](ByteView bytes) {
            sodium_bin2hex(
                reinterpret_cast<char*>(out.data()), out.size(), bytes.data(), bytes.size()
            );
        });
        out[text_bytes - 1] = '\n';
        return write_all(fd.get(), out.first(text_bytes));
    });
    // A strict umask may have taken bits from the mode.
    if (!written || ::fchmod(fd.get(), 0400) != 0 || ::fsync(fd.get()) != 0 || !sync_folder(path)) {
        const auto error = errno;
        ::unlink(path.c_str());
        return io_failure(path, "cannot be written", error);
    }
    return {};
}

}  // namespace rookery::crypto
