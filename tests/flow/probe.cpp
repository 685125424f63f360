// Loaded into a server by LD_PRELOAD, for hygiene_test.py: a thread that was there before the filter of system calls, and
// tries on request what a server must not be able to. Each byte that comes on the descriptor ROOKERY_PROBE_IN names a call, its
// errno goes out as a line on ROOKERY_PROBE_OUT.
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <pthread.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace {

int in = -1;
int out = -1;

long try_call(char name) {
    switch (name) {
        case 'e':
            return ::syscall(SYS_execve, "/bin/true", nullptr, nullptr);
        case 'f': {
            const long child = ::syscall(SYS_clone, SIGCHLD, nullptr, nullptr, nullptr, 0);
            if (child == 0) ::_exit(0);
            return child;
        }
        case 'p':
            return ::syscall(SYS_ptrace, PTRACE_ATTACH, ::getppid(), nullptr, nullptr);
        case 'r':
            return ::syscall(SYS_process_vm_readv, ::getppid(), nullptr, 0, nullptr, 0, 0);
        case 'k':
            return ::syscall(SYS_keyctl, 0, -2, 0, 0, 0);
        case 'd':
            return ::prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
        case 'u':
            return ::syscall(SYS_io_uring_setup, 1, nullptr);
        case 's':
            return ::socket(AF_INET, SOCK_STREAM, 0);
        default:
            errno = EINVAL;
            return -1;
    }
}

void* serve(void*) {
    char name = 0;
    while (::read(in, &name, 1) == 1) {
        const long done = try_call(name);
        char line[16];
        const int size = std::snprintf(line, sizeof line, "%d\n", done == -1 ? errno : 0);
        if (::write(out, line, static_cast<std::size_t>(size)) != size) break;
    }
    return nullptr;
}

__attribute__((constructor)) void start() {
    const char* const input = std::getenv("ROOKERY_PROBE_IN");
    const char* const output = std::getenv("ROOKERY_PROBE_OUT");
    if (input == nullptr || output == nullptr) return;
    in = std::atoi(input);
    out = std::atoi(output);
    // The signals are the server's.
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    pthread_t thread{};
    pthread_create(&thread, nullptr, serve, nullptr);
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

}  // namespace
