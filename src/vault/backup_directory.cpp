#include "vault/backup_directory.hpp"

#include <algorithm>

namespace rookery::messages {
namespace {

constexpr std::string_view half = "half-";
constexpr std::string_view by_schedule = "-scheduled";
constexpr std::size_t backups_max = 10'000;
constexpr std::size_t id_digits = 8;

}  // namespace

Result<BackupDirectory> BackupDirectory::open(
    const std::filesystem::path& path, const std::filesystem::path& data
) {
    auto folder = Folder::open_private(path);
    if (!folder) {
        auto error = std::move(folder).error();
        if (error.code == Errc::not_found) {
            error.hint = "make it with mode 0700, or mount what it lies on: it is never made here";
        }
        // As a mount point is without what belongs there; made private it would take backups on its own disk.
        if (error.code == Errc::bad_permissions) {
            error.hint =
                "mount what it lies on; if that is there, make it yours and `chmod 700` it";
        }
        return fail(std::move(error));
    }
    ROOKERY_TRY(const auto vault, Folder::open_to_read(data));
    if (folder->lies_in(vault)) {
        return fail(
            Errc::usage,
            "the directory for backups lies in the data directory",
            "name one on another disk: a backup beside the data is lost with it"
        );
    }
    ROOKERY_CHECK(folder->lock());
    return BackupDirectory(std::move(*folder));
}

Result<std::vector<KeptBackup>> BackupDirectory::of_vault(const Uuid& vault) const {
    ROOKERY_TRY(const auto names, folder_.names(backups_max));
    std::vector<KeptBackup> out;
    for (const auto& name : names) {
        if (!name.starts_with(backup_name_prefix)) continue;
        const auto backup = folder_.open(name);
        if (!backup) continue;  // not one of ours
        const auto read = read_manifest(*backup);
        if (!read || read->manifest.vault.id != vault) continue;
        out.push_back({name, read->manifest.time});
    }
    std::ranges::sort(out, [](const auto& a, const auto& b) {
        return a.time != b.time ? a.time < b.time : a.name < b.name;
    });
    return out;
}

Result<void> BackupDirectory::remove_halves() const {
    ROOKERY_TRY(const auto names, folder_.names(backups_max));
    for (const auto& name : names) {
        // Only what name_of_half makes.
        if (!name.starts_with(half) || !Uuid::parse(name.substr(half.size()))) continue;
        ROOKERY_CHECK(folder_.remove(name));
    }
    return {};
}

Result<bool> BackupDirectory::remove_one_beyond(
    std::size_t keep, const Uuid& vault, const std::string& newest
) const {
    ROOKERY_TRY(auto kept, of_vault(vault));
    // A name that somebody gave it counts as one by hand.
    const bool scheduled = newest.ends_with(by_schedule);
    std::erase_if(kept, [&](const auto& one) {
        return one.name.ends_with(by_schedule) != scheduled;
    });
    if (kept.size() <= keep) return false;
    const auto oldest =
        std::ranges::find_if(kept, [&](const auto& one) { return one.name != newest; });
    if (oldest == kept.end()) return false;
    // Without its manifest it is no whole one, whenever the rest goes.
    ROOKERY_TRY(const auto backup, folder_.open(oldest->name));
    ROOKERY_TRY(const auto read, read_manifest(backup));
    const auto going = name_of_half(read.manifest.id);
    ROOKERY_CHECK(folder_.rename(oldest->name, folder_, going));
    ROOKERY_CHECK(folder_.sync());
    ROOKERY_CHECK(folder_.remove(going));
    return true;
}

std::string BackupDirectory::name_of_half(const Uuid& backup) {
    return std::string(half) + to_string(backup);
}

std::string BackupDirectory::name_of(const BackupManifest& manifest, BackupKind kind) {
    auto out = std::string(backup_name_prefix) + name_time(manifest.time) + "-" +
               to_string(manifest.id).substr(0, id_digits);
    if (kind == BackupKind::scheduled) out += by_schedule;
    return out;
}

std::string name_time(Instant time) {
    auto out = to_iso8601(time);
    std::erase_if(out, [](char c) { return c == '-' || c == ':'; });
    return out;
}

Result<ReadManifest> read_manifest(const Folder& backup) {
    ROOKERY_TRY(const auto text, backup.read(std::string(manifest_name), manifest_bytes_max));
    return parse_manifest(text_of(text));
}

}  // namespace rookery::messages
