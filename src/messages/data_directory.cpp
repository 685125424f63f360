#include "messages/data_directory.hpp"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace rookery::messages {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view format_line = "rookery vault 1";
constexpr std::size_t file_bytes_max = 8U << 20;

tl::unexpected<Error> io(const std::string& what, const fs::path& path) {
    return fail(
        Errc::io, what + " " + path.string() + ": " + std::strerror(errno),
        errno == ENOSPC ? "free some space on this disk" : "check the path, its owner and its mode"
    );
}

class Descriptor {
 public:
    explicit Descriptor(int fd) : fd_(fd) {}

    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    ~Descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }

    [[nodiscard]] int get() const { return fd_; }

    [[nodiscard]] int release() { return std::exchange(fd_, -1); }

 private:
    int fd_;
};

Result<Bytes> read_file(const fs::path& path) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
    if (file.get() < 0) return io("cannot open", path);
    struct stat facts {};
    if (::fstat(file.get(), &facts) != 0) return io("cannot read", path);
    if (!S_ISREG(facts.st_mode) || static_cast<std::size_t>(facts.st_size) > file_bytes_max) {
        return fail(Errc::integrity, "integrity check failed");
    }
    Bytes content(static_cast<std::size_t>(facts.st_size));
    std::size_t at = 0;
    while (at < content.size()) {
        const auto n = ::read(file.get(), content.data() + at, content.size() - at);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return io("cannot read", path);
        at += static_cast<std::size_t>(n);
    }
    return content;
}

Result<void> sync_folder(const fs::path& folder) {
    const Descriptor dir(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (dir.get() < 0 || ::fsync(dir.get()) != 0) return io("cannot sync", folder);
    return {};
}

/// Either the old content or the new one is there after a crash, never a mixture.
Result<void> replace_file(const fs::path& path, ByteView content) {
    auto temporary = path;
    temporary += ".new";
    {
        const Descriptor file(::open(
            temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600
        ));
        if (file.get() < 0) return io("cannot write", temporary);
        std::size_t at = 0;
        while (at < content.size()) {
            const auto n = ::write(file.get(), content.data() + at, content.size() - at);
            if (n < 0 && errno == EINTR) continue;
            if (n <= 0) return io("cannot write", temporary);
            at += static_cast<std::size_t>(n);
        }
        if (::fsync(file.get()) != 0) return io("cannot sync", temporary);
    }
    if (::rename(temporary.c_str(), path.c_str()) != 0) return io("cannot replace", path);
    return sync_folder(path.parent_path());
}

Result<int> take_lock(const fs::path& folder) {
    const auto path = folder / "LOCK";
    Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (file.get() < 0) return io("cannot open", path);
    if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
        return fail(
            Errc::in_use, "another process uses the data directory " + folder.string(),
            "stop the other rookery, or talk to it with ROOKERY_URL"
        );
    }
    return file.release();
}

}  // namespace

std::string to_text(const VaultIdentity& identity) {
    std::string out(format_line);
    out += "\nid " + to_string(identity.id);
    out += identity.kind == VaultKind::development ? "\nkind development" : "\nkind production";
    out += "\norigin " + identity.origin + "\n";
    return out;
}

Result<VaultIdentity> parse_identity(std::string_view text) {
    const auto line = [&text](std::string_view prefix) -> std::string_view {
        const auto end = text.find('\n');
        if (end == std::string_view::npos || !text.starts_with(prefix)) return {};
        const auto value = text.substr(prefix.size(), end - prefix.size());
        text.remove_prefix(end + 1);
        return value;
    };
    const auto format = line("rookery vault ");
    if (!format.empty() && format != "1") {
        return fail(
            Errc::newer_format, "this data directory was written by a newer rookery",
            "start it with the version that wrote it, or a later one"
        );
    }
    const auto id = Uuid::parse(line("id "));
    const auto kind = line("kind ");
    const auto origin = line("origin ");
    if (format.empty() || !id || (kind != "development" && kind != "production") ||
        origin.empty() || !text.empty()) {
        return fail(
            Errc::integrity, "the file 'vault' in the data directory is damaged",
            "restore it from a backup of this vault"
        );
    }
    return VaultIdentity{
        *id, kind == "development" ? VaultKind::development : VaultKind::production,
        std::string(origin)
    };
}

Result<DataDirectory> DataDirectory::create(const fs::path& path, const VaultIdentity& identity) {
    std::error_code error;
    if (fs::exists(path, error) && !fs::is_empty(path, error)) {
        return fail(
            Errc::in_use, "the data directory " + path.string() + " is not empty",
            "choose a new folder; nothing was changed"
        );
    }
    fs::create_directories(path.parent_path(), error);
    if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return io("cannot create", path);
    if (::chmod(path.c_str(), 0700) != 0) return io("cannot protect", path);
    ROOKERY_TRY(const int lock, take_lock(path));
    DataDirectory directory(path, lock, identity);
    ROOKERY_CHECK(replace_file(path / "vault", bytes_of(to_text(identity))));
    return directory;
}

Result<DataDirectory> DataDirectory::open(const fs::path& path) {
    struct stat facts {};
    if (::lstat(path.c_str(), &facts) != 0 || !S_ISDIR(facts.st_mode)) {
        return fail(
            Errc::not_found, "there is no data directory " + path.string(),
            "make a vault with `rookery init --data DIR`"
        );
    }
    if (facts.st_uid != ::geteuid() || (facts.st_mode & 077) != 0) {
        return fail(
            Errc::bad_permissions,
            "the data directory " + path.string() + " belongs to another user or is open to others",
            "run as its owner and `chmod 700` it"
        );
    }
    ROOKERY_TRY(const int lock, take_lock(path));
    DataDirectory directory(path, lock, {});
    std::error_code error;
    if (!fs::exists(path / "vault", error)) {
        return fail(
            Errc::not_found, path.string() + " holds no vault", "make one with `rookery init --data DIR`"
        );
    }
    ROOKERY_TRY(const auto text, read_file(path / "vault"));
    ROOKERY_TRY(directory.identity_, parse_identity(text_of(text)));
    return directory;
}

DataDirectory::DataDirectory(DataDirectory&& other) noexcept
    : path_(std::move(other.path_)),
      lock_(std::exchange(other.lock_, -1)),
      identity_(std::move(other.identity_)) {}

DataDirectory::~DataDirectory() {
    if (lock_ >= 0) ::close(lock_);
}

Result<Bytes> DataDirectory::read_slots() const { return read_file(path_ / "slots"); }

Result<Bytes> DataDirectory::read_keyring() const { return read_file(path_ / "keyring"); }

Result<void> DataDirectory::write_slots(ByteView file) const {
    return replace_file(path_ / "slots", file);
}

Result<void> DataDirectory::write_keyring(ByteView file) const {
    return replace_file(path_ / "keyring", file);
}

Result<void> DataDirectory::write_verifier_key(std::string_view text) const {
    return replace_file(path_ / "log.vkey", bytes_of(text));
}

}  // namespace rookery::messages
