// --allow-swap and --allow-unlocked, of every command that opens a vault itself.
#pragma once

#include "cli/local/process.hpp"
#include "cli/options/command_line.hpp"

namespace rookery::cli {

struct MemoryOptions {
    bool allow_swap = false;
    bool allow_unlocked = false;

    [[nodiscard]] MemoryPolicy policy() const {
        if (allow_swap) return allow_unlocked ? MemoryPolicy::allow_both : MemoryPolicy::allow_swap;
        return allow_unlocked ? MemoryPolicy::allow_unlocked : MemoryPolicy::strict;
    }
};

inline void add_memory_options(Command command, MemoryOptions& options) {
    command.add_flag("--allow-swap", options.allow_swap, "Continue even though swap is on");
    command.add_flag(
        "--allow-unlocked", options.allow_unlocked, "Continue even though memory cannot be locked"
    );
}

}  // namespace rookery::cli
