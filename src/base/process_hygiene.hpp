// What a process that may come to hold secrets forbids itself, and what it refuses to run on. That is hygiene, not a
// boundary: who is root on the machine can still read its memory.
#pragma once

#include "base/result.hpp"

#include <cstddef>
#include <filesystem>

namespace rookery {

/// Opens those of the descriptors 0 to 2 that are closed, so that no file opened later takes the place of the output
/// or of the terminal. They lead nowhere: to read from them or write to them is an error, since what was to be
/// shown is lost. First of all in main.
void open_standard_descriptors();

/// Errc::bad_permissions when the kernel lists a swap area other than zram: locked memory stays, but
/// TLS buffers and stacks may be paged out. Errc::io when `swaps` cannot be read.
[[nodiscard]] Result<void> check_no_swap(const std::filesystem::path& swaps = "/proc/swaps");

/// Raises the soft limit of open files to the hard one and says how many that is. A server that runs
/// out of descriptors cannot write its log.
[[nodiscard]] std::size_t raise_file_limit();

/// No core file (RLIMIT_CORE 0, also as hard limit, and no memory in one that a handler takes all the same), no ptrace
/// and no /proc/PID/mem for others of the same user (PR_SET_DUMPABLE 0), and no setuid program started from here gains
/// anything (PR_SET_NO_NEW_PRIVS). Every command, first of all in main: each may hold a token. A change of user id
/// resets the second: call again after one. Errc::bad_permissions.
[[nodiscard]] Result<void> harden_process();

}  // namespace rookery
