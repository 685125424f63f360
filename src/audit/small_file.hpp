// The small text files that the check of a log reads beside it: log.vkey, and the state file of a reviewer.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace rookery::audit {

/// The whole of it; nothing when it cannot be read, is longer than 64 KiB, or is no file.
[[nodiscard]] std::optional<std::string> read_small_file(const std::filesystem::path& path);

}  // namespace rookery::audit
