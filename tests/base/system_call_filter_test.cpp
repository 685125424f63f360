// Each in a child, since there is no way back.
#include "base/system_call_filter.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <fcntl.h>
#include <functional>
#include <linux/bpf.h>
#include <linux/prctl.h>
#include <string>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace system_call_filter_test {

using namespace rookery;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define ROOKERY_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define ROOKERY_SANITIZED 1
#endif
#endif

namespace {

/// The exit code of a child that does this; 100 and more is a signal.
int in_child(const std::function<int()>& act) {
    const auto child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) ::_exit(act());
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 100 + WTERMSIG(status);
}

/// The errno of what is tried under the filter; 0 when it went well.
int tried(const std::function<long()>& call) {
    return in_child([&] {
        if (!filter_system_calls()) return 99;
        return call() == -1 ? errno : 0;
    });
}

struct Call {
    std::string name;
    std::function<long()> make;
};

}  // namespace

TEST_CASE("what only an intruder would want of the kernel is refused", "[base]") {
    static constexpr char none[] = "";
    const Call calls[] = {
        {"execve", [] { return ::syscall(SYS_execve, "/bin/true", nullptr, nullptr); }},
        {"execveat",
         [] { return ::syscall(SYS_execveat, AT_FDCWD, "/bin/true", nullptr, nullptr, 0); }},
        {"process_vm_readv",
         [] { return ::syscall(SYS_process_vm_readv, ::getppid(), nullptr, 0, nullptr, 0, 0); }},
        {"bpf", [] { return ::syscall(SYS_bpf, BPF_PROG_LOAD, nullptr, 0); }},
        {"keyctl", [] { return ::syscall(SYS_keyctl, 0, 0, 0, 0, 0); }},
        {"mount", [] { return ::syscall(SYS_mount, none, none, none, 0, nullptr); }},
        {"unshare", [] { return ::syscall(SYS_unshare, 0); }},
        {"setns", [] { return ::syscall(SYS_setns, -1, 0); }},
        {"setuid", [] { return ::syscall(SYS_setuid, ::getuid()); }},
        {"perf_event_open", [] { return ::syscall(SYS_perf_event_open, nullptr, 0, 0, 0, 0); }},
#ifndef ROOKERY_SANITIZED
        {"ptrace", [] { return ::syscall(SYS_ptrace, PTRACE_TRACEME, 0, nullptr, nullptr); }},
        {"a new process",
         [] { return ::syscall(SYS_clone, SIGCHLD, nullptr, nullptr, nullptr, 0); }},
        {"memory to write and run",
         [] {
             return ::syscall(
                 SYS_mmap, nullptr, 4096, PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0
             );
         }},
        {"written memory to run",
         [] {
             void* const page =
                 ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
             return page == MAP_FAILED ? 0L : ::syscall(SYS_mprotect, page, 4096, PROT_EXEC);
         }},
        {"to be dumpable again", [] { return long{::prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)}; }},
#endif
    };
    for (const auto& call : calls) {
        INFO(call.name);
        CHECK(tried(call.make) == EPERM);
    }
}

TEST_CASE(
    "a system call that serving does not need is as if the kernel did not have it", "[base]"
) {
    const Call calls[] = {
        {"io_uring_setup", [] { return ::syscall(SYS_io_uring_setup, 1, nullptr); }},
        {"clone3", [] { return ::syscall(SYS_clone3, nullptr, 0); }},
        {"memfd_create", [] { return ::syscall(SYS_memfd_create, "x", 0); }},
        {"a number that no kernel has", [] { return ::syscall(100'000); }},
        {"a raw socket", [] { return long{::socket(AF_PACKET, SOCK_RAW, 0)}; }},
        {"a cipher of the kernel", [] { return long{::socket(AF_ALG, SOCK_SEQPACKET, 0)}; }},
        {"a signal to another process", [] { return ::syscall(SYS_kill, ::getppid(), 0); }},
        {"another limit",
         [] {
             const std::uint64_t limit[2] = {0, 0};
             return ::syscall(SYS_prlimit64, 0, 4, limit, nullptr);
         }},
    };
    for (const auto& call : calls) {
        INFO(call.name);
        CHECK(tried(call.make) == ENOSYS);
    }
}

TEST_CASE("the filter holds for threads that were there, and for those to come", "[base]") {
    const auto code = in_child([] {
        std::atomic<int> step{0};
        std::atomic<int> before{0};
        std::thread earlier([&] {
            step = 1;
            step.notify_all();
            step.wait(1);
            before = ::syscall(SYS_keyctl, 0, 0, 0, 0, 0) == -1 ? errno : 0;
        });
        step.wait(0);
        const bool filtered = filter_system_calls().has_value();
        step = 2;
        step.notify_all();
        earlier.join();
        int after = 0;
        std::thread([&] { after = ::syscall(SYS_keyctl, 0, 0, 0, 0, 0) == -1 ? errno : 0; }).join();
        return filtered && before == EPERM && after == EPERM ? 0 : 1;
    });
    CHECK(code == 0);
}

TEST_CASE(
    "under the filter a process still has files, sockets, threads and signals to itself", "[base]"
) {
    CHECK(tried([] { return long{::open("/dev/null", O_RDWR | O_CLOEXEC)}; }) == 0);
    CHECK(tried([] { return long{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)}; }) == 0);
    CHECK(tried([] { return long{::kill(::getpid(), 0)}; }) == 0);
    CHECK(tried([] {
              int done = 0;
              std::thread([&] { done = 1; }).join();
              return done == 1 ? 0L : -1L;
          }) == 0);
}

}  // namespace system_call_filter_test
