// The machine as `rookery doctor` sees it. Tests give it another root, with a /proc of their own, and their own clock.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "storage/free_space.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>

namespace rookery::cli {

/// What the kernel says of the clock: kept in step by a time service, or running free; nothing when it does not say.
[[nodiscard]] std::optional<bool> clock_is_synchronised();

struct Machine {
    const Clock& clock;
    std::filesystem::path root = "/";
    std::function<std::optional<bool>()> synchronised = clock_is_synchronised;
    storage::SpaceProbe space = storage::space_of;
};

/// Of a file of the kernel's, below the machine's root: "proc/swaps". At most 1 MiB of it. Errc::not_found.
[[nodiscard]] Result<std::string> text_at(const Machine& machine, const std::string& path);

/// The value behind "NAME:" in /proc/PID/status; empty when there is none.
[[nodiscard]] std::string status_value(
    const Machine& machine, const std::string& process, std::string_view name
);

/// A soft limit of a process, a number or "self", by its name in /proc/PID/limits. The largest number for no limit; nothing
/// when it cannot be read.
[[nodiscard]] std::optional<std::uint64_t> limit_of(
    const Machine& machine, const std::string& process, std::string_view name
);

/// Who holds a flock on the file, as far as /proc/locks shows it.
[[nodiscard]] std::optional<pid_t> holder_of(
    const Machine& machine, const std::filesystem::path& file
);

/// The type of the file system that an existing place lies on, as /proc/self/mountinfo names it; empty when it cannot be
/// found.
[[nodiscard]] std::string file_system_of(
    const Machine& machine, const std::filesystem::path& place
);

}  // namespace rookery::cli
