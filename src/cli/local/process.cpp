#include "cli/local/process.hpp"

#include "base/process_hygiene.hpp"
#include "base/secret_arena.hpp"

#include <csignal>
#include <unistd.h>

namespace rookery::cli {
namespace {

sigset_t stop_set() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    return set;
}

}  // namespace

Result<void> guard_process(MemoryPolicy policy) {
    const bool swap = policy == MemoryPolicy::allow_swap || policy == MemoryPolicy::allow_both;
    const bool unlocked =
        policy == MemoryPolicy::allow_unlocked || policy == MemoryPolicy::allow_both;
    ROOKERY_CHECK(harden_process(swap ? SwapPolicy::allow : SwapPolicy::refuse));
    return lock_secret_arena(unlocked ? ArenaPolicy::insecure_allowed : ArenaPolicy::locked);
}

StopSignals::StopSignals() {
    const auto set = stop_set();
    ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

int StopSignals::wait() const {
    const auto set = stop_set();
    int signal = 0;
    while (::sigwait(&set, &signal) != 0) {
    }
    return signal;
}

void StopSignals::raise() { ::kill(::getpid(), SIGTERM); }

}  // namespace rookery::cli
