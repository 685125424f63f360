// The data directory: its mode, its format, its disk, its log's time. Nothing is locked or made.
#include "audit/log_row.hpp"
#include "audit/log_state.hpp"
#include "base/file.hpp"
#include "cli/doctor/check.hpp"
#include "crypto/root_slots.hpp"
#include "storage/rocksdb_store.hpp"
#include "vault/data_directory.hpp"

#include <fmt/format.h>

#include <chrono>
#include <sys/stat.h>
#include <unistd.h>

namespace rookery::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t part_bytes_max = 8U << 20;
constexpr std::string_view no_data = "no data directory was named (--data DIR, or --config FILE)";

/// The file `vault`, or why it is none.
Result<messages::VaultIdentity> identity_of(const Subject& subject) {
    ROOKERY_TRY(const auto text, read_plain_file(subject.data / "vault", part_bytes_max));
    return messages::parse_identity(text_of(text));
}

Diagnosis look_at_directory(const Subject& subject) {
    if (subject.data.empty()) return left_out(std::string{no_data});
    const auto name = subject.data.string();

    struct stat facts {};

    if (::lstat(name.c_str(), &facts) != 0 || !S_ISDIR(facts.st_mode)) {
        return failed_check(
            fmt::format("there is no data directory {}", name),
            fmt::format("rookery init --data {} makes a vault there", name)
        );
    }
    if (facts.st_uid != ::geteuid()) {
        return failed_check(
            fmt::format("{} belongs to user {}", name, facts.st_uid),
            "run this as that user, or as root"
        );
    }
    if ((facts.st_mode & 077U) != 0) {
        return failed_check(
            fmt::format("{} is open to others", name), fmt::format("chmod 700 {}", name)
        );
    }
    return healthy(fmt::format("{} is private", name));
}

Diagnosis look_at_files(const Subject& subject) {
    if (subject.data.empty()) return left_out(std::string{no_data});
    for (const auto* const name : {"vault", "slots", "keyring", "log.vkey"}) {
        const auto checked = check_private_file(subject.data / name, PrivateFileKind::own);
        if (checked) continue;
        if (checked.error().code == Errc::not_found) {
            return failed_check(
                fmt::format("the file {} is missing", name),
                "restore it from a backup of this vault"
            );
        }
        return failed_check(checked.error());
    }
    return healthy("the files beside the store are there and private");
}

Diagnosis look_at_format(const Subject& subject) {
    if (subject.data.empty()) return left_out(std::string{no_data});
    const auto identity = identity_of(subject);
    if (!identity) return failed_check(identity.error());
    if (identity->kind == messages::VaultKind::development && !subject.config_file.empty()) {
        return failed_check(
            "this is a development vault, which `serve` refuses",
            "make a real one with `rookery init`"
        );
    }
    const auto newest = messages::VaultIdentity::newest_format;
    const auto found = fmt::format("format {}", identity->format);
    if (identity->format == newest) return healthy(found + ", the newest");
    return warned(
        fmt::format("{}: the next opening makes it format {}", found, newest),
        "copy the data directory first: docs/operations/upgrade.md"
    );
}

Diagnosis look_at_slots(const Subject& subject) {
    if (subject.data.empty()) return left_out(std::string{no_data});
    const auto identity = identity_of(subject);
    if (!identity) return left_out("the vault's identity cannot be read");
    const auto file = read_plain_file(subject.data / "slots", part_bytes_max);
    if (!file) return failed_check(file.error());
    const auto slots = crypto::RootSlots::parse(*file, identity->id);
    if (!slots) return failed_check(slots.error());
    const auto count = slots->slots().size();
    if (count > 1) return healthy(fmt::format("{} ways to unseal the vault", count));
    if (count == 1) {
        return warned(
            fmt::format("one way to unseal the vault: {}", slots->slots().front().kind->name),
            "keep a copy of what opens it where the data is not: without it nothing can be "
            "recovered"
        );
    }
    return failed_check("nothing unseals the vault", "restore the file slots from a backup");
}

Diagnosis look_at_free_space(const Subject& subject) {
    if (subject.data.empty()) return left_out(std::string{no_data});
    const auto space = subject.machine.space(subject.data);
    if (!space) return failed_check(space.error());
    storage::FreeSpaceRule rule;
    rule.bytes_min = static_cast<std::uintmax_t>(subject.config.disk_open_bytes);
    rule.percent_min = static_cast<unsigned>(subject.config.disk_open_percent);
    const auto needed = rule.needed(*space);
    const auto found = fmt::format(
        "{} MiB are free, and {} MiB must be to start", space->free >> 20U, needed >> 20U
    );
    const std::string advice = "free or add disk space, or see [disk] in the configuration";
    if (space->free < needed) return failed_check(found, advice);
    if (space->free / 2 < needed) return warned(found, advice);
    return healthy(found);
}

struct FileSystem {
    std::string_view name;  // as the kernel's; with a point at its end, how it begins
    Health health;
    std::string_view why;
};

constexpr FileSystem file_systems[] = {
    {"tmpfs", Health::fail, "is memory: the vault is gone with the next restart"},
    {"ramfs", Health::fail, "is memory: the vault is gone with the next restart"},
    {"nfs",
     Health::fail,
     "is another machine's: locks and synced writes are not what they are here"},
    {"nfs4",
     Health::fail,
     "is another machine's: locks and synced writes are not what they are here"},
    {"cifs",
     Health::fail,
     "is another machine's: locks and synced writes are not what they are here"},
    {"smb3",
     Health::fail,
     "is another machine's: locks and synced writes are not what they are here"},
    {"9p",
     Health::fail,
     "is another machine's: locks and synced writes are not what they are here"},
    {"ceph",
     Health::fail,
     "is another machine's: locks and synced writes are not what they are here"},
    {"afs",
     Health::fail,
     "is another machine's: locks and synced writes are not what they are here"},
    {"fuse.", Health::warn, "is a program's: whether synced writes survive is up to it"},
    {"overlay", Health::warn, "is a container's own: it goes when the container does"},
};

Diagnosis look_at_file_system(const Subject& subject) {
    if (subject.data.empty()) return left_out(std::string{no_data});
    const auto type = file_system_of(subject.machine, subject.data);
    if (type.empty()) return left_out("the type of the file system is not known");
    for (const auto& row : file_systems) {
        const bool fits = row.name.ends_with('.') ? type.starts_with(row.name) : type == row.name;
        if (!fits) continue;
        return {
            .health = row.health,
            .found = fmt::format("{} {}", type, row.why),
            .advice = "put the data on a local disk"};
    }
    return healthy(type);
}

/// When the newest entry was written, by the log itself.
Result<Instant> newest_log_time(const Subject& subject) {
    ROOKERY_TRY(
        const auto store,
        storage::open_rocksdb(subject.data / "store", storage::OpenMode::read_only)
    );
    std::string row;
    ROOKERY_TRY(
        const bool found,
        store->view()->get(
            storage::Family::log,
            audit::state_key(),
            [&row](std::string_view value) { row = value; }
        )
    );
    if (!found) return fail(Errc::integrity, "the log has no state", "rookery audit verify");
    ROOKERY_TRY(const auto state, audit::parse_log_state(row));
    return state.last_time;
}

Diagnosis look_at_log_time(const Subject& subject) {
    if (subject.data.empty()) return left_out(std::string{no_data});
    if (subject.server)
        return left_out("a server writes the log: `rookery audit tail` shows its time");
    const auto newest = newest_log_time(subject);
    if (!newest) return failed_check(newest.error());
    const auto now = subject.machine.clock.now();
    const auto found = fmt::format(
        "the newest entry is of {}, the clock says {}", to_iso8601(*newest), to_iso8601(now)
    );
    constexpr std::chrono::minutes ahead_usual{1};  // clocks are set back a little now and then
    constexpr std::chrono::hours ahead_max{1};      // what a vault still opens with
    constexpr std::chrono::days behind_max{90};     // a vault that is used is not this old
    if (*newest > now + ahead_max) {
        return failed_check(
            found, "set the clock; if the log is wrong: docs/operations/when-the-log-fails.md"
        );
    }
    if (*newest > now + ahead_usual || now - *newest > behind_max)
        return warned(found, "is the clock right? date -u");
    return healthy(found);
}

constexpr Check data_check_rows[] = {
    {"data directory", look_at_directory},
    {"files", look_at_files},
    {"format", look_at_format},
    {"ways to unseal", look_at_slots},
    {"free space", look_at_free_space},
    {"file system", look_at_file_system},
    {"log time", look_at_log_time},
};

}  // namespace

std::span<const Check> data_checks() { return data_check_rows; }

}  // namespace rookery::cli
