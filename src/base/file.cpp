#include "base/file.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <span>
#include <string>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <system_error>
#include <unistd.h>
#include <vector>

namespace rookery {
namespace {

namespace fs = std::filesystem;

const char* kind_of_file(::mode_t mode) {
    if (S_ISDIR(mode)) return "a directory";
    if (S_ISFIFO(mode)) return "a pipe";
    if (S_ISSOCK(mode)) return "a socket";
    return S_ISCHR(mode) ? "a terminal or another device" : "something else";
}

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
        return fail(
            Errc::bad_permissions,
            path.string() + " is " + kind_of_file(facts.st_mode) + ", not a regular file",
            "name a file that holds it"
        );
    }
    return file;
}

/// Whether a file of this group can be read by this process for being in it.
bool is_group_of_ours(::gid_t group) {
    if (group == ::getegid()) return true;
    const int count = ::getgroups(0, nullptr);
    if (count <= 0) return false;
    std::vector<::gid_t> groups(static_cast<std::size_t>(count));
    const int got = ::getgroups(count, groups.data());
    return got > 0 &&
           std::find(groups.begin(), groups.begin() + got, group) != groups.begin() + got;
}

bool is_ours_or_roots(::uid_t user) { return user == 0 || user == ::geteuid(); }

std::string octal(unsigned mode) {
    std::string out = "0000";
    for (auto at = out.rbegin(); at != out.rend(); ++at, mode >>= 3U)
        *at = static_cast<char>('0' + (mode & 7U));
    return out;
}

/// Whether an access list lets others in than the mode says. Many files and file systems have none.
Result<bool> has_access_list(int file, const fs::path& path) {
    if (::fgetxattr(file, "system.posix_acl_access", nullptr, 0) >= 0) return true;
    if (errno == ENODATA || errno == ENOTSUP) return false;
    return io_error("cannot read the access list of", path, errno);
}

Result<void> check_private(
    int file, const fs::path& path, const struct stat& facts, PrivateFileKind kind
) {
    const bool of_root = facts.st_uid == 0;
    const auto mode = facts.st_mode & 07777U;
    if (kind == PrivateFileKind::systemd_credential && of_root && mode == 0440) return {};
    if (!is_ours_or_roots(facts.st_uid)) {
        return fail(
            Errc::bad_permissions,
            path.string() + " belongs to another user",
            "chown it to the user that runs rookery"
        );
    }
    if (mode == 0600 || mode == 0400) return {};
    const bool for_group = mode == 0440 || mode == 0640;
    if (kind != PrivateFileKind::handed_over || !for_group) {
        return fail(
            Errc::bad_permissions,
            path.string() + " is not private: its mode is " + octal(mode) +
                " and must be 0600 or 0400" +
                (kind == PrivateFileKind::handed_over ? ", or 0440 for a group of ours" : ""),
            "chmod 600 " + path.string()
        );
    }
    // With an access list these bits bound what it gives; at 0600 and 0400 that is nothing.
    ROOKERY_TRY(const bool listed, has_access_list(file, path));
    if (listed) {
        return fail(
            Errc::bad_permissions,
            path.string() + " is not private: an access list (ACL) lets others read it",
            "setfacl -b " + path.string() + ", or chmod 600"
        );
    }
    if (is_group_of_ours(facts.st_gid)) return {};
    return fail(
        Errc::bad_permissions,
        path.string() + " is not private: a group can read it that this process is not in",
        "chmod 600 " + path.string() + ", or give it a group of the user that runs rookery"
    );
}

tl::unexpected<Error> link_of_another(const fs::path& path) {
    return fail(
        Errc::bad_permissions,
        path.string() + " is a symbolic link of another user",
        "name the file itself"
    );
}

/// Walks `folder` name by name, as the system does: every link on the way must be of this user or root.
Result<void> check_links_in(const fs::path& folder) {
    constexpr int links_max = 40;  // the system's own bound
    std::vector<fs::path> rest;    // the next name last
    const auto add = [&rest](const fs::path& names) {
        const std::vector<fs::path> all(names.begin(), names.end());
        rest.insert(rest.end(), all.rbegin(), all.rend());
    };
    add(folder);
    fs::path place;
    for (int links = 0; !rest.empty();) {
        const auto next = place / rest.back();  // an absolute name begins anew
        rest.pop_back();

        struct stat facts {};

        if (::lstat(next.c_str(), &facts) != 0) return {};  // nothing there to be led to
        if (!S_ISLNK(facts.st_mode)) {
            place = next;
            continue;
        }
        if (!is_ours_or_roots(facts.st_uid)) return link_of_another(next);
        std::error_code error;
        const auto target = fs::read_symlink(next, error);
        if (error) return io_error("cannot read the link", next, error.value());
        if (++links > links_max) {
            return fail(
                Errc::bad_permissions,
                folder.string() + " leads from link to link",
                "name the file itself"
            );
        }
        add(target);
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
Result<std::size_t> read_into(std::span<std::uint8_t> out, int file, const fs::path& path) {
    std::size_t size = 0;
    while (size < out.size()) {
        const auto n = ::read(file, out.data() + size, out.size() - size);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return io_error("cannot read", path, errno);
        if (n == 0) return size;
        size += static_cast<std::size_t>(n);
    }
    return fail(Errc::too_large, path.string() + " is larger than it may be");
}

/// At most `room` bytes less one.
Result<SecretBytes> read_secret(int file, const fs::path& path, std::size_t room) {
    SecretBytes content(room);
    ROOKERY_TRY(const auto size, content.expose_mutable([&](std::span<std::uint8_t> out) {
        return read_into(out, file, path);
    }));
    content.shrink(size);
    return content;
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

Result<fs::path> follow_own_links(fs::path path) {
    constexpr int links_max = 8;
    const auto given = path.string();
    for (int links = 0; links <= links_max; ++links) {
        ROOKERY_CHECK(check_links_in(path.parent_path()));

        struct stat facts {};

        if (::lstat(path.c_str(), &facts) != 0 || !S_ISLNK(facts.st_mode)) return path;
        if (!is_ours_or_roots(facts.st_uid)) return link_of_another(path);
        std::error_code error;
        const auto target = fs::read_symlink(path, error);
        if (error) return io_error("cannot read the link", path, error.value());
        path = target.is_absolute() ? target : path.parent_path() / target;
    }
    return fail(Errc::bad_permissions, given + " leads from link to link", "name the file itself");
}

Result<void> check_private_file(const fs::path& path, PrivateFileKind kind) {
    auto place = path;
    if (kind == PrivateFileKind::handed_over) {
        ROOKERY_TRY(place, follow_own_links(path));
    }

    struct stat facts {};

    ROOKERY_TRY(const auto file, open_regular(place, facts));
    return check_private(file.get(), path, facts, kind);
}

Result<SecretBytes> read_private_file(
    const fs::path& path, std::size_t bytes_max, PrivateFileKind kind
) {
    auto place = path;
    if (kind == PrivateFileKind::handed_over) {
        ROOKERY_TRY(place, follow_own_links(path));
    }

    struct stat facts {};

    const auto file = open_regular(place, facts);
    if (!file && file.error().code == Errc::not_found && place != path) {
        return fail(
            Errc::not_found,
            path.string() + " is a symbolic link to a file that is not there",
            "check where it leads"
        );
    }
    if (!file) return fail(file.error());
    ROOKERY_CHECK(check_private(file->get(), place, facts, kind));
    return read_secret(file->get(), place, room_for(facts, bytes_max));
}

Result<SecretBytes> read_private_stream(int fd, const fs::path& name, std::size_t bytes_max) {
    struct stat facts {};

    if (::fstat(fd, &facts) != 0) return io_error("cannot read", name, errno);
    if (S_ISREG(facts.st_mode)) {
        ROOKERY_CHECK(check_private(fd, name, facts, PrivateFileKind::handed_over));
    } else if (!S_ISFIFO(facts.st_mode) && !S_ISSOCK(facts.st_mode)) {
        return fail(
            Errc::bad_permissions,
            name.string() + " is " + kind_of_file(facts.st_mode) + ", not a pipe or a private file"
        );
    }
    return read_secret(fd, name, bytes_max + 1);
}

Result<Bytes> read_plain_file(const fs::path& path, std::size_t bytes_max) {
    struct stat facts {};

    ROOKERY_TRY(const auto file, open_regular(path, facts));
    Bytes content(room_for(facts, bytes_max));
    ROOKERY_TRY(const auto size, read_into(content, file.get(), path));
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
