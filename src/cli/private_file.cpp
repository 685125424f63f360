#include "cli/private_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <span>
#include <sys/stat.h>
#include <unistd.h>

namespace rookery::cli {
namespace {

constexpr std::size_t secret_bytes_max = 1024;

class File {
  public:
    explicit File(int fd) : fd_(fd) {}

    ~File() {
        if (fd_ >= 0) ::close(fd_);
    }

    File(const File&) = delete;
    File& operator=(const File&) = delete;

    [[nodiscard]] int get() const { return fd_; }

  private:
    int fd_;
};

bool is_private(const struct stat& facts, PrivateFileKind kind) {
    if (!S_ISREG(facts.st_mode)) return false;
    const auto mode = facts.st_mode & 07777U;
    const bool of_root = facts.st_uid == 0;
    if (kind == PrivateFileKind::systemd_credential && of_root && mode == 0440) return true;
    return (of_root || facts.st_uid == ::geteuid()) && (mode == 0600 || mode == 0400);
}

Result<void> write_all(int fd, ByteView bytes) {
    while (!bytes.empty()) {
        const auto n = ::write(fd, bytes.data(), bytes.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return fail(Errc::io, std::strerror(errno));
        bytes = bytes.subspan(static_cast<std::size_t>(n));
    }
    if (::fsync(fd) != 0) return fail(Errc::io, std::strerror(errno));
    return {};
}

}  // namespace

Result<SecretBytes> read_private_file(const std::filesystem::path& path, PrivateFileKind kind) {
    const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (file.get() < 0) {
        const int why = errno;
        if (why == ELOOP) {
            return fail(
                Errc::bad_permissions,
                fmt::format("{} is a symbolic link", path.string()),
                "name the file itself"
            );
        }
        return fail(
            why == ENOENT ? Errc::not_found : Errc::io,
            fmt::format("cannot open {}: {}", path.string(), std::strerror(why))
        );
    }

    struct stat facts {};

    if (::fstat(file.get(), &facts) != 0) {
        return fail(Errc::io, fmt::format("cannot examine {}", path.string()));
    }
    if (!is_private(facts, kind)) {
        return fail(
            Errc::bad_permissions,
            fmt::format("{} is not a private file", path.string()),
            fmt::format("it must be yours and nobody else's: chmod 600 {}", path.string())
        );
    }
    SecretBytes secret(secret_bytes_max + 2);
    std::size_t size = 0;
    const bool read_ok = secret.expose_mutable([&](std::span<std::uint8_t> cell) {
        while (size < cell.size()) {
            const auto n = ::read(file.get(), cell.data() + size, cell.size() - size);
            if (n < 0 && errno == EINTR) continue;
            if (n < 0) return false;
            if (n == 0) break;
            size += static_cast<std::size_t>(n);
        }
        return true;
    });
    if (!read_ok) return fail(Errc::io, fmt::format("cannot read {}", path.string()));
    const auto length = secret.expose([&](ByteView bytes) {
        const auto text = text_of(bytes.first(size));
        auto line = text.substr(0, text.find('\n'));
        if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
        const auto rest = text.substr(std::min(text.size(), text.find_first_of("\r\n")));
        return rest.find_first_not_of("\r\n") == std::string_view::npos ? line.size() : 0;
    });
    if (length == 0 || length > secret_bytes_max) {
        return fail(
            Errc::usage,
            fmt::format(
                "{} must hold one line of at most {} bytes", path.string(), secret_bytes_max
            )
        );
    }
    secret.shrink(length);
    return secret;
}

Result<SecretBytes> read_credential(const std::string& name) {
    const char* folder = std::getenv("CREDENTIALS_DIRECTORY");
    if (folder == nullptr || name.find('/') != std::string::npos) {
        return fail(
            Errc::usage,
            "there is no systemd credential of that name",
            "LoadCredential= or LoadCredentialEncrypted= in the unit sets $CREDENTIALS_DIRECTORY"
        );
    }
    return read_private_file(
        std::filesystem::path{folder} / name, PrivateFileKind::systemd_credential
    );
}

Result<void> write_private_file(
    const std::filesystem::path& path, const SecretBytes& secret, std::string_view before
) {
    const File file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600)
    );
    if (file.get() < 0) {
        const int why = errno;
        return fail(
            why == EEXIST ? Errc::in_use : Errc::io,
            fmt::format("cannot create {}: {}", path.string(), std::strerror(why)),
            why == EEXIST ? "remove it first, or name another file" : ""
        );
    }
    auto text = SecretBytes::copy_of(before);
    secret.expose([&](ByteView bytes) { text.append(bytes); });
    text.append(bytes_of("\n"));
    if (const auto written =
            text.expose([&](ByteView bytes) { return write_all(file.get(), bytes); });
        !written) {
        ::unlink(path.c_str());
        return fail(
            Errc::io, fmt::format("cannot write {}: {}", path.string(), written.error().message)
        );
    }
    return {};
}

Result<SecretBytes> read_token_file(const std::filesystem::path& path) {
    ROOKERY_TRY(auto token, read_private_file(path));
    const bool plausible = token.expose([](ByteView bytes) {
        return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t c) {
            return c > 0x20 && c < 0x7F;
        });
    });
    if (!plausible) {
        return fail(Errc::usage, fmt::format("{} does not hold one token", path.string()));
    }
    return token;
}

}  // namespace rookery::cli
