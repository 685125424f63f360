#include "base/system_call_filter.hpp"

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <linux/prctl.h>
#include <linux/sched.h>
#include <memory>
#include <seccomp.h>
#include <string>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

// GCC says so by macros, clang by features.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define ROOKERY_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define ROOKERY_SANITIZED 1
#endif
#endif

namespace rookery {
namespace {

// A name that an architecture does not have is a negative number, which libseccomp leaves out there.

constexpr int allowed[] = {
    // files
    SCMP_SYS(access),
    SCMP_SYS(chmod),
    SCMP_SYS(close),
    SCMP_SYS(copy_file_range),
    SCMP_SYS(dup),
    SCMP_SYS(dup2),
    SCMP_SYS(dup3),
    SCMP_SYS(faccessat),
    SCMP_SYS(faccessat2),
    SCMP_SYS(fadvise64),
    SCMP_SYS(fallocate),
    SCMP_SYS(fchmod),
    SCMP_SYS(fchmodat),
    SCMP_SYS(fcntl),
    SCMP_SYS(fdatasync),
    SCMP_SYS(fgetxattr),
    SCMP_SYS(flock),
    SCMP_SYS(fstat),
    SCMP_SYS(fstatfs),
    SCMP_SYS(fsync),
    SCMP_SYS(ftruncate),
    SCMP_SYS(getcwd),
    SCMP_SYS(getdents),
    SCMP_SYS(getdents64),
    SCMP_SYS(link),
    SCMP_SYS(linkat),
    SCMP_SYS(lseek),
    SCMP_SYS(lstat),
    SCMP_SYS(mkdir),
    SCMP_SYS(mkdirat),
    SCMP_SYS(newfstatat),
    SCMP_SYS(open),
    SCMP_SYS(openat),
    SCMP_SYS(pread64),
    SCMP_SYS(preadv),
    SCMP_SYS(pwrite64),
    SCMP_SYS(pwritev),
    SCMP_SYS(read),
    SCMP_SYS(readahead),
    SCMP_SYS(readlink),
    SCMP_SYS(readlinkat),
    SCMP_SYS(readv),
    SCMP_SYS(rename),
    SCMP_SYS(renameat),
    SCMP_SYS(renameat2),
    SCMP_SYS(rmdir),
    SCMP_SYS(sendfile),
    SCMP_SYS(stat),
    SCMP_SYS(statfs),
    SCMP_SYS(statx),
    SCMP_SYS(sync_file_range),
    SCMP_SYS(truncate),
    SCMP_SYS(unlink),
    SCMP_SYS(unlinkat),
    SCMP_SYS(write),
    SCMP_SYS(writev),
    // the network, and waiting for it
    SCMP_SYS(accept),
    SCMP_SYS(accept4),
    SCMP_SYS(bind),
    SCMP_SYS(connect),
    SCMP_SYS(epoll_create),
    SCMP_SYS(epoll_create1),
    SCMP_SYS(epoll_ctl),
    SCMP_SYS(epoll_pwait),
    SCMP_SYS(epoll_wait),
    SCMP_SYS(eventfd2),
    SCMP_SYS(getpeername),
    SCMP_SYS(getsockname),
    SCMP_SYS(getsockopt),
    SCMP_SYS(listen),
    SCMP_SYS(pipe),
    SCMP_SYS(pipe2),
    SCMP_SYS(poll),
    SCMP_SYS(ppoll),
    SCMP_SYS(pselect6),
    SCMP_SYS(recvfrom),
    SCMP_SYS(recvmsg),
    SCMP_SYS(select),
    SCMP_SYS(sendmmsg),
    SCMP_SYS(sendmsg),
    SCMP_SYS(sendto),
    SCMP_SYS(setsockopt),
    SCMP_SYS(shutdown),
    SCMP_SYS(timerfd_create),
    SCMP_SYS(timerfd_settime),
    // memory
    SCMP_SYS(brk),
    SCMP_SYS(madvise),
    SCMP_SYS(mincore),
    SCMP_SYS(mlock),
    SCMP_SYS(mlock2),
    SCMP_SYS(mremap),
    SCMP_SYS(msync),
    SCMP_SYS(munlock),
    SCMP_SYS(munmap),
    // threads and signals
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    SCMP_SYS(futex),
    SCMP_SYS(get_robust_list),
    SCMP_SYS(getcpu),
    SCMP_SYS(getpriority),
    SCMP_SYS(gettid),
    SCMP_SYS(ioprio_get),
    SCMP_SYS(ioprio_set),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(rseq),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigpending),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(rt_sigtimedwait),
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(sched_getparam),
    SCMP_SYS(sched_getscheduler),
    SCMP_SYS(sched_yield),
    SCMP_SYS(set_robust_list),
    SCMP_SYS(setpriority),
    SCMP_SYS(sigaltstack),
    // time, chance, and who and where this is
    SCMP_SYS(clock_getres),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(getegid),
    SCMP_SYS(geteuid),
    SCMP_SYS(getgid),
    SCMP_SYS(getgroups),
    SCMP_SYS(getpid),
    SCMP_SYS(getppid),
    SCMP_SYS(getrandom),
    SCMP_SYS(getresgid),
    SCMP_SYS(getresuid),
    SCMP_SYS(getrlimit),
    SCMP_SYS(getrusage),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(getuid),
    SCMP_SYS(nanosleep),
    SCMP_SYS(sysinfo),
    SCMP_SYS(time),
    SCMP_SYS(times),
    SCMP_SYS(uname),
#ifdef ROOKERY_SANITIZED
    // LeakSanitizer looks for leaks from a process of its own, which stops this one's threads.
    SCMP_SYS(clone),
    SCMP_SYS(mmap),
    SCMP_SYS(mprotect),
    SCMP_SYS(prctl),
    SCMP_SYS(ptrace),
    SCMP_SYS(wait4),
#endif
};

/// Named, so that who meets one learns that it was refused, and not that it is missing.
constexpr int refused[] = {
    // other programs and processes
    SCMP_SYS(execve),
    SCMP_SYS(execveat),
    SCMP_SYS(fork),
    SCMP_SYS(kcmp),
    SCMP_SYS(pidfd_getfd),
    SCMP_SYS(pidfd_open),
    SCMP_SYS(pidfd_send_signal),
    SCMP_SYS(process_madvise),
    SCMP_SYS(process_vm_readv),
    SCMP_SYS(process_vm_writev),
#ifndef ROOKERY_SANITIZED
    SCMP_SYS(ptrace),
#endif
    SCMP_SYS(vfork),
    // the kernel, and the keys it holds
    SCMP_SYS(add_key),
    SCMP_SYS(bpf),
    SCMP_SYS(delete_module),
    SCMP_SYS(finit_module),
    SCMP_SYS(init_module),
    SCMP_SYS(kexec_file_load),
    SCMP_SYS(kexec_load),
    SCMP_SYS(keyctl),
    SCMP_SYS(perf_event_open),
    SCMP_SYS(personality),
    SCMP_SYS(request_key),
    SCMP_SYS(seccomp),
    SCMP_SYS(syslog),
    SCMP_SYS(userfaultfd),
    // the machine, its files and its time
    SCMP_SYS(chroot),
    SCMP_SYS(clock_settime),
    SCMP_SYS(mknod),
    SCMP_SYS(mknodat),
    SCMP_SYS(mount),
    SCMP_SYS(name_to_handle_at),
    SCMP_SYS(open_by_handle_at),
    SCMP_SYS(pivot_root),
    SCMP_SYS(reboot),
    SCMP_SYS(setns),
    SCMP_SYS(settimeofday),
    SCMP_SYS(swapoff),
    SCMP_SYS(swapon),
    SCMP_SYS(umount2),
    SCMP_SYS(unshare),
    // another user
    SCMP_SYS(setgid),
    SCMP_SYS(setgroups),
    SCMP_SYS(setresgid),
    SCMP_SYS(setresuid),
    SCMP_SYS(setuid),
};

/// A call that is allowed, or refused, where `argument & mask == value`.
struct Condition {
    int call;
    unsigned argument;
    std::uint64_t mask;
    std::uint64_t value;
    bool allow = true;
};

constexpr std::uint64_t whole = ~std::uint64_t{0};
// What the kernel looks at of an int, and so all that may be compared of it.
constexpr std::uint64_t int_bits = 0xffffffff;
#ifndef ROOKERY_SANITIZED
constexpr std::uint64_t write_and_run = PROT_WRITE | PROT_EXEC;
#endif

constexpr Condition conditions[] = {
    {SCMP_SYS(socket), 0, int_bits, AF_UNIX},
    {SCMP_SYS(socket), 0, int_bits, AF_INET},
    {SCMP_SYS(socket), 0, int_bits, AF_INET6},
    {SCMP_SYS(socket),
     0,
     int_bits,
     AF_NETLINK},  // getaddrinfo asks which addresses this machine has
    {SCMP_SYS(socketpair), 0, int_bits, AF_UNIX},
    {SCMP_SYS(ioctl), 1, int_bits, FIONBIO},
    {SCMP_SYS(ioctl), 1, int_bits, FIONREAD},
    {SCMP_SYS(ioctl), 1, int_bits, FIOCLEX},
    {SCMP_SYS(ioctl), 1, int_bits, TCGETS},
    {SCMP_SYS(ioctl), 1, int_bits, TIOCGWINSZ},
    {SCMP_SYS(prlimit64), 2, whole, 0},  // asked, not set
#ifndef ROOKERY_SANITIZED
    // clone3 keeps its flags where no filter can see them; without it the C library takes clone.
    {SCMP_SYS(clone), 0, CLONE_THREAD, CLONE_THREAD},
    {SCMP_SYS(clone), 0, CLONE_THREAD, 0, false},
    {SCMP_SYS(mmap), 2, write_and_run, 0},
    {SCMP_SYS(mmap), 2, write_and_run, PROT_WRITE},
    {SCMP_SYS(mmap), 2, write_and_run, PROT_EXEC},  // a library that is loaded late
    {SCMP_SYS(mmap), 2, write_and_run, write_and_run, false},
    {SCMP_SYS(mprotect), 2, PROT_EXEC, 0},
    {SCMP_SYS(mprotect), 2, PROT_EXEC, PROT_EXEC, false},
    {SCMP_SYS(prctl), 0, int_bits, PR_SET_NAME},
    {SCMP_SYS(prctl), 0, int_bits, PR_GET_NAME},
    {SCMP_SYS(prctl), 0, int_bits, PR_SET_DUMPABLE, false},
#endif
};

using Context = std::unique_ptr<void, decltype([](void* context) { seccomp_release(context); })>;

tl::unexpected<Error> failure(int error) {
    return fail(
        Errc::bad_permissions,
        std::string{"system calls cannot be filtered: "} + std::strerror(error),
        "run it on a kernel with seccomp, or go on without: process.filter_system_calls"
    );
}

/// 0, or an errno.
int add(void* context, const Condition& row) {
    const auto action = row.allow ? SCMP_ACT_ALLOW : SCMP_ACT_ERRNO(EPERM);
    const scmp_arg_cmp comparison{row.argument, SCMP_CMP_MASKED_EQ, row.mask, row.value};
    return -seccomp_rule_add_array(context, action, row.call, 1, &comparison);
}

int add_all(void* context) {
    for (const int call : allowed) {
        if (const int error = -seccomp_rule_add_array(context, SCMP_ACT_ALLOW, call, 0, nullptr)) {
            return error;
        }
    }
    for (const int call : refused) {
        const int error = -seccomp_rule_add_array(context, SCMP_ACT_ERRNO(EPERM), call, 0, nullptr);
        if (error != 0) return error;
    }
    for (const auto& row : conditions) {
        if (const int error = add(context, row)) return error;
    }
    const auto self = static_cast<std::uint64_t>(::getpid());
    for (const int call : {SCMP_SYS(kill), SCMP_SYS(tgkill)}) {
        if (const int error = add(context, {call, 0, int_bits, self})) return error;
    }
    return 0;
}

}  // namespace

Result<void> filter_system_calls() {
    const Context context{seccomp_init(SCMP_ACT_ERRNO(ENOSYS))};
    if (!context) return failure(ENOMEM);
    if (const int error = -seccomp_attr_set(context.get(), SCMP_FLTATR_CTL_TSYNC, 1)) {
        return failure(error);
    }
    // A binary search instead of one comparison after the other: every call pays for it.
    if (const int error = -seccomp_attr_set(context.get(), SCMP_FLTATR_CTL_OPTIMIZE, 2)) {
        return failure(error);
    }
    if (const int error = add_all(context.get())) return failure(error);
    if (const int error = -seccomp_load(context.get())) return failure(error);
    return {};
}

}  // namespace rookery
