// What is there for the day when the data is gone or older than it was: the anchor and its second place, and backups.
// Nothing is locked or made.
#include "cli/doctor/check.hpp"
#include "cli/options/file_place.hpp"
#include "vault/backup_directory.hpp"

#include <fmt/format.h>

#include <chrono>
#include <optional>
#include <sys/stat.h>
#include <unistd.h>

namespace rookery::cli {
namespace {

namespace fs = std::filesystem;

const std::string same_disk = "put it on another disk: whoever loses the one loses both";

Diagnosis look_at_anchor(const Subject& subject) {
    if (subject.data.empty()) return left_out("no data directory was named");
    std::error_code unknown;
    if (!fs::exists(subject.data / "vault", unknown)) return left_out("there is no vault");
    if (!fs::exists(subject.data / "anchor", unknown)) {
        return failed_check(
            "the vault's anchor is gone, and so it does not open",
            "docs/operations/when-the-log-fails.md says what to find out before `rookery anchor "
            "accept --data DATA`"
        );
    }
    const auto& second = subject.config.anchor_file;
    if (second.empty()) {
        return warned(
            "the anchor has no second place: all of the data directory put back older is not found",
            "name a file on another volume: [anchor] file"
        );
    }
    if (lies_inside(second, subject.data)) {
        return failed_check("the anchor's second place lies in the data directory", same_disk);
    }
    if (!fs::is_directory(second.parent_path(), unknown)) {
        return failed_check(
            fmt::format("there is no directory {} for the anchor", second.parent_path().string()),
            "make it, or mount what it should lie on"
        );
    }
    if (on_same_file_system(second.parent_path(), subject.data)) {
        return warned(
            "the anchor's second place is on the same file system as the data", same_disk
        );
    }
    return healthy(fmt::format("the anchor has a second place, {}", second.string()));
}

/// When the newest whole backup in the folder was taken, by its name.
Result<std::optional<std::string>> newest_backup(const fs::path& directory) {
    std::optional<std::string> newest;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(directory, error)) {
        constexpr std::string_view begins = "backup-";
        const auto name = entry.path().filename().string();
        if (!name.starts_with(begins)) continue;
        const auto time = name.substr(begins.size(), name.rfind('-') - begins.size());
        if (!newest || *newest < time) newest = time;
    }
    if (error) return fail(Errc::io, fmt::format("{} cannot be read", directory.string()));
    return newest;
}

Diagnosis look_at_backup_age(const Subject& subject, const fs::path& directory) {
    const auto newest = newest_backup(directory);
    if (!newest) return failed_check(newest.error());
    if (!*newest) {
        return warned(
            fmt::format("there is no backup in {}", directory.string()),
            "rookery backup takes one, and says how it went"
        );
    }
    // Two of them may be missed: a server is restarted, a disk is full for a night.
    const auto interval = std::chrono::hours{subject.config.backup_interval_hours};
    const auto oldest = messages::name_time(subject.machine.clock.now() - 2 * interval);
    if (interval.count() > 0 && **newest < oldest) {
        return warned(
            fmt::format("the newest backup is of {}", **newest),
            "rookery job show backup says why there is none since"
        );
    }
    if (on_same_file_system(directory, subject.data)) {
        return warned("the backups are on the same file system as the data", same_disk);
    }
    return healthy(fmt::format("the newest backup is of {}", **newest));
}

Diagnosis look_at_backups(const Subject& subject) {
    if (subject.config_file.empty() || subject.config_error) {
        return left_out("no configuration was named (--config FILE)");
    }
    const auto& directory = subject.config.backup_directory;
    if (directory.empty()) {
        return warned(
            "this server takes no backups by itself",
            "name a directory on another disk: [backup] directory"
        );
    }
    if (lies_inside(directory / "backup", subject.data)) {
        return failed_check("the directory for backups lies in the data directory", same_disk);
    }

    struct stat facts {};

    if (::lstat(directory.c_str(), &facts) != 0 || !S_ISDIR(facts.st_mode)) {
        return failed_check(
            fmt::format("the directory for backups is not there: {}", directory.string()),
            "mount it, or make it with mode 0700: the server never does"
        );
    }
    if (facts.st_uid != ::geteuid() || (facts.st_mode & 077U) != 0) {
        return failed_check(
            fmt::format("{} is another user's, or open to others", directory.string()),
            fmt::format("chown it to the server's user, and chmod 700 {}", directory.string())
        );
    }
    return look_at_backup_age(subject, directory);
}

constexpr Check recovery_check_rows[] = {
    {"anchor", look_at_anchor},
    {"backups", look_at_backups},
};

}  // namespace

std::span<const Check> recovery_checks() { return recovery_check_rows; }

}  // namespace rookery::cli
