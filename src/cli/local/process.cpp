#include "cli/local/process.hpp"

#include "base/process_hygiene.hpp"
#include "base/secret_arena.hpp"
#include "base/system_call_filter.hpp"

#include <atomic>
#include <csignal>
#include <unistd.h>

namespace rookery::cli {
namespace {

std::atomic<bool> stop_requested{false};
static_assert(std::atomic<bool>::is_always_lock_free);

extern "C" void note_stop_request(int /*signal*/) { stop_requested = true; }

bool is_ignored(int signal) {
    struct sigaction now {};

    return ::sigaction(signal, nullptr, &now) == 0 && now.sa_handler == SIG_IGN;
}

/// What ends a server in order. One that is blocked would be waited for although it is ignored (nohup).
sigset_t stop_set() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    if (!is_ignored(SIGHUP)) sigaddset(&set, SIGHUP);
    return set;
}

/// What would end a server at once and means nothing to it: somebody's script, a timer, a file that may not grow, for
/// which the write has an error of its own.
sigset_t meaningless_set() {
    sigset_t set;
    sigemptyset(&set);
    for (const int signal :
         {SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF, SIGIO, SIGPWR, SIGXFSZ}) {
        sigaddset(&set, signal);
    }
    for (int signal = SIGRTMIN; signal <= SIGRTMAX; ++signal) sigaddset(&set, signal);
    return set;
}

}  // namespace

Result<void> guard_process(MemoryPolicy policy) {
    const bool swap = policy == MemoryPolicy::allow_swap || policy == MemoryPolicy::allow_both;
    const bool unlocked =
        policy == MemoryPolicy::allow_unlocked || policy == MemoryPolicy::allow_both;
    if (!swap) ROOKERY_CHECK(check_no_swap());
    return lock_secret_arena(unlocked ? ArenaPolicy::insecure_allowed : ArenaPolicy::locked);
}

Result<void> keep_to_serving() {
    static_cast<void>(raise_file_limit());  // the server asks how far that went
    return filter_system_calls();
}

StopSignals::StopSignals() {
    for (const auto& set : {stop_set(), meaningless_set()}) {
        ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
    }
}

int StopSignals::wait() const {
    const auto set = stop_set();
    int signal = 0;
    while (::sigwait(&set, &signal) != 0) {
    }
    return signal;
}

StopRequest::StopRequest() {
    struct sigaction noted {};

    noted.sa_handler = note_stop_request;
    noted.sa_flags = static_cast<int>(SA_RESETHAND | SA_RESTART);
    sigemptyset(&noted.sa_mask);
    sigset_t wanted;
    sigemptyset(&wanted);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
        if (is_ignored(signal)) continue;
        ::sigaction(signal, &noted, nullptr);
        sigaddset(&wanted, signal);
    }
    // One that was held back until now counts.
    ::pthread_sigmask(SIG_UNBLOCK, &wanted, nullptr);
}

bool StopRequest::arrived() const { return stop_requested; }

void StopSignals::raise() { ::kill(::getpid(), SIGTERM); }

HeldSignals::HeldSignals() {
    auto set = stop_set();
    sigaddset(&set, SIGHUP);
    ::pthread_sigmask(SIG_BLOCK, &set, &before_);
}

HeldSignals::~HeldSignals() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

}  // namespace rookery::cli
