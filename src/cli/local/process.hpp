// This process while it holds secrets: what it forbids itself, and how it is asked to stop.
#pragma once

#include "base/result.hpp"

#include <csignal>
#include <cstdint>

namespace rookery::cli {

enum class MemoryPolicy : std::uint8_t {
    strict,  // secrets in locked memory, no swap
    allow_swap,
    allow_unlocked,  // and memory that cannot be locked
    allow_both,
};

/// No swap, locked memory: for those who hold keys. Called once, before the first secret. That there are no dumps and
/// no new privileges holds for every command (base/process_hygiene.hpp).
/// Errc::bad_permissions with a hint about what the machine lacks.
[[nodiscard]] Result<void> guard_process(MemoryPolicy policy);

/// Everything that takes more than serving does is done: open files up to the hard limit, and then the filter of
/// base/system_call_filter.hpp for the rest of the process's life. Before the first connection. Errc::bad_permissions.
[[nodiscard]] Result<void> keep_to_serving();

/// SIGINT, SIGTERM and, unless it was ignored (nohup), SIGHUP as something to wait for. SIGUSR1 and others that mean
/// nothing to a server and would end it at once do nothing. Made before any thread starts, since threads inherit what
/// it blocks.
class StopSignals {
 public:
    StopSignals();

    /// Until one of them arrives; its number.
    [[nodiscard]] int wait() const;
    /// Ends the wait from inside, from any thread.
    static void raise();
};

/// SIGINT, SIGTERM and SIGHUP as a question, for work that can end between two of its steps. What was ignored
/// stays ignored (nohup), and the same signal for the second time ends the process at once. Made once.
class StopRequest {
 public:
    StopRequest();

    /// Whether one of them has arrived. From any thread.
    [[nodiscard]] bool arrived() const;
};

/// For as long as it lives, SIGINT, SIGTERM and SIGHUP wait: what is begun here is not left half done. They end the
/// program afterwards. For the one thread that a command runs on, and those that it starts meanwhile.
class HeldSignals {
 public:
    HeldSignals();
    ~HeldSignals();
    HeldSignals(const HeldSignals&) = delete;
    HeldSignals& operator=(const HeldSignals&) = delete;

 private:
    sigset_t before_{};
};

}  // namespace rookery::cli
