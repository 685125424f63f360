#include "vault/vault_places.hpp"

#include "base/file.hpp"
#include "vault/backup_directory.hpp"
#include "vault/data_directory.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <system_error>

namespace rookery::messages {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t names_looked_at_max = 100'000;
constexpr std::size_t identity_bytes_max = 4096;

bool is_backup(const Folder& folder) { return read_manifest(folder).has_value(); }

bool is_vault(const Folder& folder) {
    const auto text = folder.read("vault", identity_bytes_max);
    return text && parse_identity(text_of(*text)).has_value();
}

/// What it is, for people; empty: nothing of ours.
std::string_view kind_of(const Folder& folder) {
    if (is_vault(folder)) return "is the data directory of a vault";
    if (is_backup(folder)) return "is a backup";
    if (holds_backups(folder)) return "is a directory of backups";
    return {};
}

}  // namespace

bool holds_backups(const Folder& folder) {
    const auto names = folder.names(names_looked_at_max);
    if (!names) return false;
    return std::ranges::any_of(*names, [&](const std::string& name) {
        if (!name.starts_with(backup_name_prefix)) return false;
        const auto inner = folder.open(name);
        return inner && is_backup(*inner);
    });
}

fs::path above_of(const fs::path& place) {
    auto plain = place.lexically_normal();
    if (!plain.has_filename()) plain = plain.parent_path();
    const auto above = plain.parent_path();
    return above.empty() ? fs::path(".") : above;
}

Result<void> check_nobody_lives_above(const fs::path& place, std::string_view what) {
    std::error_code error;
    auto above = fs::weakly_canonical(fs::absolute(place, error), error);
    if (error) return io_error("cannot look at", place, error.value());
    for (bool last = false; !last; above = above.parent_path()) {
        last = !above.has_relative_path();
        const auto folder = Folder::open_to_read(above);
        if (!folder) continue;  // not there yet, or nobody's to read
        const auto kind = kind_of(*folder);
        if (kind.empty()) continue;
        return fail(
            Errc::usage,
            above.string() + " " + std::string(kind) + ": " + std::string(what) +
                " does not go there",
            "name a directory apart from it, on another disk"
        );
    }
    return {};
}

}  // namespace rookery::messages
