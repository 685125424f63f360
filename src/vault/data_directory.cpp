#include "vault/data_directory.hpp"

#include "base/integrity_failure.hpp"
#include "merkle/checkpoint.hpp"
#include "vault/backup_manifest.hpp"
#include "vault/vault_places.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace rookery::messages {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view format_line = "rookery vault ";
constexpr std::size_t file_bytes_max = 8U << 20;

/// Errc::integrity for whatever else stands in its place.
Result<Bytes> read_part(const fs::path& path) {
    auto content = read_plain_file(path, file_bytes_max);
    if (content || content.error().code == Errc::io) return content;
    if (content.error().code == Errc::not_found) {
        return fail(
            Errc::integrity,
            "the file '" + path.filename().string() + "' is missing",
            "restore it from a backup of this vault"
        );
    }
    return fail(in_file(path.filename().string(), integrity_failure().value()));
}

Result<void> write_part(const fs::path& path, ByteView content) {
    return replace_file(path, content, FileMode::owner_only);
}

tl::unexpected<Error> no_vault(const fs::path& path) {
    return fail(Errc::not_found, path.string() + " holds no vault", "make one with `rookery init`");
}

/// Something of that name, be it a symbolic link that leads nowhere.
bool has(const fs::path& folder, std::string_view name) {
    struct stat facts {};

    return ::lstat((folder / name).c_str(), &facts) == 0;
}

/// What is known of a folder before anything is made, locked or removed in it.
Result<void> check_holds_vault(const fs::path& path) {
    struct stat facts {};

    if (::lstat(path.c_str(), &facts) != 0 || !S_ISDIR(facts.st_mode)) {
        return fail(
            Errc::not_found,
            "there is no data directory " + path.string(),
            "make a vault with `rookery init`"
        );
    }
    if (facts.st_uid != ::geteuid() || (facts.st_mode & 077) != 0) {
        return fail(
            Errc::bad_permissions,
            "the data directory " + path.string() + " belongs to another user or is open to others",
            "run as its owner and `chmod 700` it"
        );
    }
    if (has(path, manifest_name)) {
        return fail(
            Errc::usage,
            path.string() + " is a backup, and no data directory",
            "check it with `rookery verify BACKUP`, or make a data directory of it with "
            "`rookery restore`; nothing was changed"
        );
    }
    if (has(path, "vault")) return {};
    if (has(path, restoring_name)) {
        return fail(
            Errc::not_found,
            "a restore into " + path.string() + " was not finished",
            "run it again: it begins anew"
        );
    }
    return no_vault(path);
}

tl::unexpected<Error> used_by_another(const fs::path& folder) {
    return fail(
        Errc::in_use,
        "another process uses the data directory " + folder.string(),
        "stop the other rookery, or talk to it with ROOKERY_URL"
    );
}

Result<Descriptor> take_lock(const fs::path& folder) {
    const auto path = folder / "LOCK";
    Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file.ok()) return io_error("cannot open", path, errno);
    if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) return used_by_another(folder);
    return file;
}

/// With others who look; not ok() where there is none to take, in a copy of a few files for one.
Result<Descriptor> share_lock(const fs::path& folder) {
    const auto path = folder / "LOCK";
    Descriptor file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!file.ok() && errno != ENOENT) return io_error("cannot open", path, errno);
    if (file.ok() && ::flock(file.get(), LOCK_SH | LOCK_NB) != 0) return used_by_another(folder);
    return file;
}

}  // namespace

Error in_file(std::string_view name, Error error) {
    if (error.code != Errc::integrity || error.message != integrity_failure().value().message) {
        return error;
    }
    error.message += ": the file '" + std::string(name) + "'";
    if (error.hint.empty()) {
        error.hint =
            "it is a link, cut or changed: put back a copy from the newest backup of the "
            "keyring or of the vault, and find out how";
    }
    return error;
}

std::string to_text(const VaultIdentity& identity) {
    std::string out(format_line);
    out += std::to_string(identity.format);
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
    const auto whole = text;
    const auto format = line(format_line);
    const bool known = format == "1" || format == "2";
    const bool number =
        !format.empty() && format.find_first_not_of("0123456789") == std::string_view::npos;
    if (number && !known) {
        return fail(
            Errc::newer_format,
            "this data directory was written by a newer rookery",
            "start it with the version that wrote it, or a later one"
        );
    }
    const auto id = Uuid::parse(line("id "));
    const auto kind = line("kind ");
    const auto origin = line("origin ");
    if (known && id && (kind == "development" || kind == "production") && !origin.empty() &&
        text.empty()) {
        VaultIdentity identity{
            *id,
            kind == "development" ? VaultKind::development : VaultKind::production,
            std::string(origin),
            format == "1" ? 1U : 2U};
        // One spelling only: nobody keeps two files that mean the same apart.
        if (to_text(identity) == whole) return identity;
    }
    return fail(
        Errc::integrity,
        "the file 'vault' in the data directory is damaged",
        "restore it from a backup of this vault"
    );
}

Result<DataDirectory> DataDirectory::create(const fs::path& path, const VaultIdentity& identity) {
    ROOKERY_CHECK(check_nobody_lives_above(above_of(path), "a new vault"));
    std::error_code error;
    if (fs::exists(path, error) && !fs::is_empty(path, error)) {
        return fail(
            Errc::in_use,
            "the data directory " + path.string() + " is not empty",
            "choose a new directory; nothing was changed"
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
    ROOKERY_CHECK(check_holds_vault(path));
    ROOKERY_TRY(auto lock, take_lock(path));
    DataDirectory directory(path, std::move(lock), {});
    // Left by a process that was ended while it replaced one of them; nobody else has the lock.
    for (const auto* name :
         {"vault.new", "slots.new", "keyring.new", "log.vkey.new", "anchor.new"}) {
        ::unlink((path / name).c_str());
    }
    ::rmdir((path / restoring_name).c_str());  // empty: the restore came to its end
    ROOKERY_TRY(const auto text, read_part(path / "vault"));
    ROOKERY_TRY(directory.identity_, parse_identity(text_of(text)));
    return directory;
}

Result<DataDirectory> DataDirectory::open_to_look(const fs::path& path) {
    ROOKERY_CHECK(check_holds_vault(path));
    ROOKERY_TRY(auto lock, share_lock(path));
    ROOKERY_TRY(const auto text, read_part(path / "vault"));
    ROOKERY_TRY(auto identity, parse_identity(text_of(text)));
    return DataDirectory(path, std::move(lock), std::move(identity));
}

Result<Bytes> DataDirectory::read_slots() const { return read_part(path_ / "slots"); }

Result<Bytes> DataDirectory::read_keyring() const { return read_part(path_ / "keyring"); }

Result<void> DataDirectory::write_slots(ByteView file) const {
    return write_part(path_ / "slots", file);
}

Result<void> DataDirectory::write_keyring(ByteView file) const {
    return write_part(path_ / "keyring", file);
}

Result<std::string> DataDirectory::read_verifier_key() const {
    ROOKERY_TRY(const auto file, read_part(path_ / "log.vkey"));
    const auto text = text_of(file);
    const auto key = text.ends_with('\n') ? text.substr(0, text.size() - 1) : std::string_view{};
    const auto parsed = merkle::parse_verifier_key(key);
    if (!parsed || merkle::format_verifier_key(*parsed) != key) {
        return fail(
            Errc::integrity,
            "the file 'log.vkey' in the data directory is damaged",
            "restore it from a backup of this vault"
        );
    }
    return std::string(key);
}

Result<void> DataDirectory::write_verifier_key(std::string_view key) const {
    return write_part(path_ / "log.vkey", bytes_of(std::string(key) + "\n"));
}

Result<void> DataDirectory::finish_conversion() {
    if (::unlink(log_key().c_str()) != 0 && errno != ENOENT) {
        return io_error("cannot remove", log_key(), errno);
    }
    identity_.format = VaultIdentity::newest_format;
    return write_part(path_ / "vault", bytes_of(to_text(identity_)));
}

}  // namespace rookery::messages
