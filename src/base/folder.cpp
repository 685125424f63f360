#include "base/folder.hpp"

#include <cerrno>
#include <cstdio>
#include <dirent.h>
#include <fcntl.h>
#include <memory>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace rookery {
namespace {

namespace fs = std::filesystem;

constexpr int folder_flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
constexpr unsigned depth_max = 4;
/// Of what is removed with it.
constexpr std::size_t removed_max = 1'000'000;

struct stat facts_of(const Descriptor& file) {
    struct stat facts {};

    if (::fstat(file.get(), &facts) != 0) facts.st_mode = 0;
    return facts;
}

tl::unexpected<Error> cannot_open(const fs::path& path, int error) {
    if (error == ENOENT) {
        return fail(Errc::not_found, "there is no directory " + path.string(), "check the path");
    }
    // Of a link O_DIRECTORY says that it is none.
    if (error == ENOTDIR || error == ELOOP) {
        return fail(
            Errc::bad_permissions,
            path.string() + " is a symbolic link, or no directory",
            "name the directory itself"
        );
    }
    return io_error("cannot open", path, error);
}

}  // namespace

Result<Folder> Folder::open_private(const fs::path& path) {
    // Nobody else's link leads there either.
    auto plain = path.lexically_normal();
    if (!plain.has_filename()) plain = plain.parent_path();
    if (const auto above = plain.parent_path(); !above.empty()) {
        ROOKERY_CHECK(follow_own_links(above / "."));
    }
    ROOKERY_TRY(auto folder, open_to_read(plain));
    const auto facts = facts_of(folder.descriptor_);
    if (facts.st_uid != ::geteuid() || (facts.st_mode & 077U) != 0) {
        return fail(
            Errc::bad_permissions,
            "the directory " + path.string() + " belongs to another user or is open to others",
            "give it to the user that runs rookery and `chmod 700` it"
        );
    }
    return folder;
}

Result<Folder> Folder::open_to_read(const fs::path& path) {
    Descriptor opened(::open(path.c_str(), folder_flags));
    if (!opened.ok()) return cannot_open(path, errno);
    return Folder(path, std::move(opened));
}

Result<void> Folder::lock() const {
    if (::flock(descriptor_.get(), LOCK_EX | LOCK_NB) == 0) return {};
    return fail(
        Errc::in_use,
        "another process works in the directory " + path_.string(),
        "wait for it, or name another directory"
    );
}

Result<std::vector<std::string>> Folder::names(std::size_t names_max) const {
    const int again = ::openat(descriptor_.get(), ".", folder_flags);
    if (again == -1) return io_error("cannot list", path_, errno);
    const std::unique_ptr<DIR, int (*)(DIR*)> walk(::fdopendir(again), ::closedir);
    if (!walk) {
        const int error = errno;
        ::close(again);
        return io_error("cannot list", path_, error);
    }
    std::vector<std::string> out;
    for (;;) {
        errno = 0;
        const auto* entry = ::readdir(walk.get());  // of this walk alone
        if (entry == nullptr) break;
        std::string name = entry->d_name;
        if (name == "." || name == "..") continue;
        if (out.size() == names_max) {
            return fail(Errc::too_many_rows, "there are too many files in " + path_.string());
        }
        out.push_back(std::move(name));
    }
    if (errno != 0) return io_error("cannot list", path_, errno);
    return out;
}

Result<Folder> Folder::make(const std::string& name) const {
    if (::mkdirat(descriptor_.get(), name.c_str(), 0700) != 0) {
        return io_error("cannot make", path_ / name, errno);
    }
    return open(name);
}

Result<Folder> Folder::open(const std::string& name) const {
    Descriptor opened(::openat(descriptor_.get(), name.c_str(), folder_flags));
    if (!opened.ok()) return cannot_open(path_ / name, errno);
    return Folder(path_ / name, std::move(opened));
}

Result<Descriptor> Folder::create(const std::string& name) const {
    constexpr int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    Descriptor file(::openat(descriptor_.get(), name.c_str(), flags, 0600));
    if (!file.ok()) return io_error("cannot make", path_ / name, errno);
    if (::fchmod(file.get(), 0600) != 0) return io_error("cannot protect", path_ / name, errno);
    return file;
}

Result<Folder::File> Folder::open_file(const std::string& name) const {
    constexpr int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
    Descriptor file(::openat(descriptor_.get(), name.c_str(), flags));
    const auto path = path_ / name;
    if (!file.ok() && (errno == ENOENT || errno == ENOTDIR)) {
        return fail(Errc::not_found, "there is no file " + path.string(), "check the path");
    }
    if (!file.ok() && errno != ELOOP) return io_error("cannot open", path, errno);
    const auto facts = facts_of(file);
    if (!S_ISREG(facts.st_mode)) {
        return fail(Errc::bad_permissions, path.string() + " is not a regular file");
    }
    return File{std::move(file), static_cast<std::uint64_t>(facts.st_size)};
}

Result<Bytes> Folder::read(const std::string& name, std::size_t bytes_max) const {
    ROOKERY_TRY(const auto file, open_file(name));
    if (file.size > bytes_max) {
        return fail(Errc::too_large, (path_ / name).string() + " is larger than it may be");
    }
    Bytes out(static_cast<std::size_t>(file.size));
    std::size_t size = 0;
    while (size < out.size()) {
        ROOKERY_TRY(
            const auto count, read_from(file.descriptor, std::span(out).subspan(size), path_ / name)
        );
        if (count == 0) break;
        size += count;
    }
    out.resize(size);
    return out;
}

Result<void> Folder::write(const std::string& name, ByteView content) const {
    ROOKERY_TRY(const auto file, create(name));
    ROOKERY_CHECK(write_to(file, content, path_ / name));
    if (::fsync(file.get()) != 0) return io_error("cannot sync", path_ / name, errno);
    return {};
}

Result<bool> Folder::link(const Folder& from, const std::string& name) const {
    if (::linkat(from.descriptor_.get(), name.c_str(), descriptor_.get(), name.c_str(), 0) == 0) {
        return true;
    }
    switch (errno) {
        case EPERM:
        case EMLINK:
        case EXDEV:
        case EOPNOTSUPP:
        case ENOSYS:
            return false;
        default:
            return io_error("cannot link", path_ / name, errno);
    }
}

Result<void> Folder::rename(const std::string& from, const Folder& to, const std::string& name)
    const {
    constexpr unsigned no_replace = 1;  // RENAME_NOREPLACE, which not every file system has
    if (::renameat2(
            descriptor_.get(), from.c_str(), to.descriptor_.get(), name.c_str(), no_replace
        ) == 0) {
        return {};
    }
    if (errno != EINVAL && errno != ENOSYS) {
        return io_error("cannot rename to", to.path_ / name, errno);
    }

    struct stat facts {};

    if (::fstatat(to.descriptor_.get(), name.c_str(), &facts, AT_SYMLINK_NOFOLLOW) == 0) {
        return io_error("cannot rename to", to.path_ / name, EEXIST);
    }
    if (::renameat(descriptor_.get(), from.c_str(), to.descriptor_.get(), name.c_str()) != 0) {
        return io_error("cannot rename to", to.path_ / name, errno);
    }
    return {};
}

Result<void> Folder::sync() const {
    if (::fsync(descriptor_.get()) == 0) return {};
    return io_error("cannot sync", path_, errno);
}

Result<void> Folder::remove(const std::string& name) const { return remove_at(name, depth_max); }

Result<void> Folder::remove_at(const std::string& name, unsigned depth) const {
    if (::unlinkat(descriptor_.get(), name.c_str(), 0) == 0 || errno == ENOENT) return {};
    if (errno != EISDIR && errno != EPERM) return io_error("cannot remove", path_ / name, errno);
    if (depth == 0) return fail(Errc::io, (path_ / name).string() + " holds too many directories");
    ROOKERY_TRY(const auto folder, open(name));
    ROOKERY_TRY(const auto names, folder.names(removed_max));
    for (const auto& inner : names) ROOKERY_CHECK(folder.remove_at(inner, depth - 1));
    if (::unlinkat(descriptor_.get(), name.c_str(), AT_REMOVEDIR) != 0 && errno != ENOENT) {
        return io_error("cannot remove", path_ / name, errno);
    }
    return {};
}

bool Folder::lies_in(const Folder& other) const {
    const auto wanted = facts_of(other.descriptor_);
    const auto same = [](const struct stat& a, const struct stat& b) {
        return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
    };
    auto at = std::make_unique<Descriptor>(::openat(descriptor_.get(), ".", folder_flags));
    while (at->ok()) {
        const auto facts = facts_of(*at);
        if (same(facts, wanted)) return true;
        auto above = std::make_unique<Descriptor>(::openat(at->get(), "..", folder_flags));
        if (!above->ok() || same(facts_of(*above), facts)) return false;
        at = std::move(above);
    }
    return false;
}

Result<void> write_to(const Descriptor& file, ByteView content, const fs::path& path) {
    while (!content.empty()) {
        const auto n = ::write(file.get(), content.data(), content.size());
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return io_error("cannot write", path, n == 0 ? EIO : errno);
        content = content.subspan(static_cast<std::size_t>(n));
    }
    return {};
}

Result<std::size_t> read_from(
    const Descriptor& file, std::span<std::uint8_t> out, const fs::path& path
) {
    for (;;) {
        const auto n = ::read(file.get(), out.data(), out.size());
        if (n >= 0) return static_cast<std::size_t>(n);
        if (errno != EINTR) return io_error("cannot read", path, errno);
    }
}

}  // namespace rookery
