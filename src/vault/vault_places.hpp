// Where vaults and backups lie already, so that no other one is put there: a backup is the files of its list and no others, a
// vault those of its page, and keys do not belong beside the data that they open.
#pragma once

#include "base/folder.hpp"
#include "base/result.hpp"

#include <filesystem>

namespace rookery::messages {

/// A backup that is whole as far as its manifest can be read lies in it.
[[nodiscard]] bool holds_backups(const Folder& folder);

/// Where it lies, also of a name with a slash behind it.
[[nodiscard]] std::filesystem::path above_of(const std::filesystem::path& place);

/// Whether this directory, or one above it, is a vault's or a backup's, or one of backups. Links are followed. Errc::usage,
/// which names it; `what` is to be there.
[[nodiscard]] Result<void> check_nobody_lives_above(
    const std::filesystem::path& place, std::string_view what
);

}  // namespace rookery::messages
