#include "messages/data_directory.hpp"

#include <cerrno>
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

/// Errc::integrity for whatever else stands in its place.
Result<Bytes> read_part(const fs::path& path) {
    auto content = read_plain_file(path, file_bytes_max);
    if (content || content.error().code == Errc::io) return content;
    if (content.error().code == Errc::not_found) return io_error("cannot open", path, ENOENT);
    return fail(Errc::integrity, "integrity check failed");
}

Result<void> write_part(const fs::path& path, ByteView content) {
    return replace_file(path, content, FileMode::owner_only);
}

Result<Descriptor> take_lock(const fs::path& folder) {
    const auto path = folder / "LOCK";
    Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file.ok()) return io_error("cannot open", path, errno);
    if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
        return fail(
            Errc::in_use, "another process uses the data directory " + folder.string(),
            "stop the other rookery, or talk to it with ROOKERY_URL"
        );
    }
    return file;
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
    if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) {
        return io_error("cannot create", path, errno);
    }
    if (::chmod(path.c_str(), 0700) != 0) return io_error("cannot protect", path, errno);
    ROOKERY_TRY(auto lock, take_lock(path));
    DataDirectory directory(path, std::move(lock), identity);
    ROOKERY_CHECK(write_part(path / "vault", bytes_of(to_text(identity))));
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
    ROOKERY_TRY(auto lock, take_lock(path));
    DataDirectory directory(path, std::move(lock), {});
    std::error_code error;
    if (!fs::exists(path / "vault", error)) {
        return fail(
            Errc::not_found, path.string() + " holds no vault", "make one with `rookery init --data DIR`"
        );
    }
    ROOKERY_TRY(const auto text, read_part(path / "vault"));
    ROOKERY_TRY(directory.identity_, parse_identity(text_of(text)));
    return directory;
}

Result<Bytes> DataDirectory::read_slots() const { return read_part(path_ / "slots"); }

Result<Bytes> DataDirectory::read_keyring() const { return read_part(path_ / "keyring"); }

Result<void> DataDirectory::write_slots(ByteView file) const {
    return write_part(path_ / "slots", file);
}

Result<void> DataDirectory::write_keyring(ByteView file) const {
    return write_part(path_ / "keyring", file);
}

Result<void> DataDirectory::write_verifier_key(std::string_view text) const {
    return write_part(path_ / "log.vkey", bytes_of(text));
}

}  // namespace rookery::messages
