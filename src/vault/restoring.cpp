#include "vault/restoring.hpp"

#include "base/file.hpp"
#include "vault/data_directory.hpp"
#include "vault/file_copy.hpp"
#include "vault/vault_places.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace rookery::messages {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t restored_names_max = 64;
constexpr std::string_view restored_store = "store/";
const std::string last_name = "vault";
const std::string lock_name = "LOCK";
const std::string inner_name{restoring_name};

/// What a restore that was cut off may have moved to its place, and the lock that any look at it leaves.
constexpr std::array moved_names = {
    "store", "slots", "keyring", "log.vkey", "anchor", "reserve", "LOCK"};

bool is_left_over(const std::vector<std::string>& names) {
    return std::ranges::all_of(names, [](const auto& name) {
        return name == inner_name || std::ranges::find(moved_names, name) != moved_names.end();
    });
}

/// A file system of its own has that one; only root can remove it.
void leave_out_lost_and_found(std::vector<std::string>& names) { std::erase(names, "lost+found"); }

/// All that a command leaves which looked at a directory and found no vault, and nobody holds it.
bool is_free_lock(const Folder& folder, const std::vector<std::string>& names) {
    if (names.size() != 1 || names.front() != lock_name) return false;
    const Descriptor file(
        ::open((folder.path() / lock_name).c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
    );

    struct stat facts {};

    return file.get() != -1 && ::fstat(file.get(), &facts) == 0 && S_ISREG(facts.st_mode) &&
           facts.st_size == 0 && ::flock(file.get(), LOCK_EX | LOCK_NB) == 0;
}

}  // namespace

Result<void> check_they_fit(const BackupManifest& backup, const KeyBackup& keys) {
    if (keys.vault != backup.vault.id) {
        return fail(
            Errc::integrity,
            "the keyring backup is of the vault " + to_string(keys.vault) +
                ", and the backup of the vault " + to_string(backup.vault.id),
            "name a keyring backup of the same vault"
        );
    }
    if (keys.keyring_epoch() < backup.keyring_epoch) {
        return fail(
            Errc::integrity,
            "the keyring is older than the backup: it has epoch " +
                std::to_string(keys.keyring_epoch()) + ", and the backup was written under epoch " +
                std::to_string(backup.keyring_epoch),
            "name a keyring backup that was taken later"
        );
    }
    return {};
}

Result<std::unique_ptr<Restoring>> Restoring::begin(const fs::path& data) {
    ROOKERY_CHECK(check_nobody_lives_above(above_of(data), "a restored vault"));
    // One that is there keeps its mode, and is judged below.
    const bool made = ::mkdir(data.c_str(), 0700) == 0;
    if (!made && errno != EEXIST) return io_error("cannot make", data, errno);
    ROOKERY_TRY(auto folder, Folder::open_private(data));
    ROOKERY_CHECK(folder.lock());
    const auto not_empty = [&] {
        return fail(
            Errc::in_use,
            "the directory " + data.string() + " is not empty",
            "name a new directory: a restore never writes over anything; nothing was changed"
        );
    };
    auto names = folder.names(restored_names_max);
    if (!names && names.error().code == Errc::too_many_rows) return not_empty();
    if (!names) return fail(names.error());
    leave_out_lost_and_found(*names);
    const bool cut_off = std::ranges::find(*names, inner_name) != names->end();
    const bool left_over = cut_off && is_left_over(*names);
    if (!names->empty() && !left_over && !is_free_lock(folder, *names)) return not_empty();
    for (const auto& name : *names) {
        if (name != inner_name) ROOKERY_CHECK(folder.remove(name));
    }
    ROOKERY_CHECK(folder.remove(inner_name));  // last: it says what the others are
    return std::unique_ptr<Restoring>(new Restoring(std::move(folder), made));
}

Restoring::~Restoring() {
    if (moving_) return;  // it is whole: what is still to be moved the next one takes away
    const auto removed = folder_.remove(inner_name);
    if (removed && made_) ::rmdir(folder_.path().c_str());
}

Result<void> Restoring::copy(
    const fs::path& backup, const BackupManifest& manifest, const KeyBackup& keys,
    const VerifyProgress& progress
) {
    ROOKERY_CHECK(check_they_fit(manifest, keys));
    ROOKERY_TRY(const auto from, Folder::open_to_read(backup));
    ROOKERY_TRY(const auto from_store, from.open("store"));
    ROOKERY_TRY(auto inner, folder_.make(inner_name));
    inner_.emplace(std::move(inner));
    ROOKERY_CHECK(folder_.sync());
    ROOKERY_TRY(const auto store, inner_->make("store"));
    std::uint64_t total = 0;
    for (const auto& file : manifest.files) total += file.size;
    std::uint64_t done = 0;
    for (const auto& file : manifest.files) {
        const bool in_store = file.name.starts_with(restored_store);
        const auto name = in_store ? file.name.substr(restored_store.size()) : file.name;
        const auto& source = in_store ? from_store : from;
        ROOKERY_TRY(auto opened, source.open_file(name));
        ROOKERY_TRY(
            const auto copy,
            FileCopy::begin(
                std::move(opened),
                source.path() / name,
                file.size,
                in_store ? store : *inner_,
                name,
                nullptr
            )
        );
        for (bool whole = false; !whole;) {
            ROOKERY_TRY(whole, copy->step());
            if (progress) progress("copying", done + copy->done(), total);
        }
        done += file.size;
        if (copy->digest() != file.digest) {
            return fail(
                Errc::integrity,
                "the file " + file.name + " of the backup is not as it was written",
                "use another backup"
            );
        }
    }
    ROOKERY_CHECK(inner_->write("slots", keys.slots));
    ROOKERY_CHECK(inner_->write("keyring", keys.keyring));
    ROOKERY_CHECK(store.sync());
    return inner_->sync();
}

fs::path Restoring::place() const { return folder_.path() / inner_name; }

Result<void> Restoring::finish() {
    moving_ = true;
    ROOKERY_TRY(const auto names, inner_->names(restored_names_max));
    for (const auto& name : names) {
        if (name == last_name || name == lock_name) continue;
        ROOKERY_CHECK(inner_->rename(name, folder_, name));
    }
    ROOKERY_CHECK(inner_->remove(lock_name));
    ROOKERY_CHECK(folder_.sync());
    ROOKERY_CHECK(inner_->rename(last_name, folder_, last_name));
    ROOKERY_CHECK(folder_.sync());
    ROOKERY_CHECK(folder_.remove(inner_name));
    return folder_.sync();
}

}  // namespace rookery::messages
