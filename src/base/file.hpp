// Small files, read and written as a whole: keys, tokens, passphrases, what lies beside the store.
//
// What is checked is what was opened, so nobody can put another file in its place in between. No
// symbolic link of the file's own name is followed but where a kind of file says so, and no FIFO is
// waited for. Errors name the path and the system's reason, never content.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string_view>
#include <utility>

namespace rookery {

/// What open(2) returned, closed with this object; not ok() when it failed.
class Descriptor {
 public:
    explicit Descriptor(int fd) noexcept : fd_(fd) {}

    Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

    Descriptor& operator=(Descriptor&&) = delete;
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor();

    [[nodiscard]] bool ok() const noexcept { return fd_ >= 0; }

    [[nodiscard]] int get() const noexcept { return fd_; }

 private:
    int fd_;
};

/// Errc::io that says `what` could not be done with `path`, and why. `error` is an errno.
[[nodiscard]] tl::unexpected<Error> io_error(
    std::string_view what, const std::filesystem::path& path, int error
);

enum class PrivateFileKind : std::uint8_t {
    own,          // of this user or root, mode 0600 or 0400
    handed_over,  // by a person or a platform: the same, or readable (0440, 0640) by a group that
                  // this process is in; links of this user or root lead to it
    systemd_credential,  // root may also have let this user read it by access list (mode 0440)
};

/// What the last name of `path` stands for. Every symbolic link on the way there, in folders too, must be of this user or
/// root: nobody else leads this process to a place of his choice. Errc::bad_permissions; whether anything is there does not matter.
[[nodiscard]] Result<std::filesystem::path> follow_own_links(std::filesystem::path path);

/// Errc::not_found; Errc::bad_permissions when it is a symbolic link, not a regular file or not as
/// private as `kind` asks; Errc::too_large when it holds more than `bytes_max`; Errc::io.
[[nodiscard]] Result<SecretBytes> read_private_file(
    const std::filesystem::path& path, std::size_t bytes_max,
    PrivateFileKind kind = PrivateFileKind::own
);

/// Whether read_private_file would take it, without reading it. The same errors but Errc::too_large.
[[nodiscard]] Result<void> check_private_file(
    const std::filesystem::path& path, PrivateFileKind kind
);

/// The rest of what this process was handed as an open descriptor: a pipe or a socket, or a regular file
/// as private as PrivateFileKind::handed_over. `name` stands for it in errors. The descriptor stays open.
[[nodiscard]] Result<SecretBytes> read_private_stream(
    int fd, const std::filesystem::path& name, std::size_t bytes_max
);

/// The same of a file that is no secret: of any owner and mode.
[[nodiscard]] Result<Bytes> read_plain_file(
    const std::filesystem::path& path, std::size_t bytes_max
);

enum class FileMode : std::uint16_t {  // whatever the umask says
    owner_reads = 0400,
    owner_only = 0600,
    world_readable = 0644
};

/// A new file, durable when this returns, or none. Errc::in_use when anything of that name exists,
/// be it a symbolic link; Errc::io.
[[nodiscard]] Result<void> create_file(
    const std::filesystem::path& path, ByteView content, FileMode mode
);

/// Either the old content or the new one is there after a crash, never a mixture; the new one when
/// this returned. "<path>.new" is the name that it is written under. Errc::io.
[[nodiscard]] Result<void> replace_file(
    const std::filesystem::path& path, ByteView content, FileMode mode
);

}  // namespace rookery
