#include "base/process_hygiene.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <string>
#include <string_view>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace rookery {
namespace {

tl::unexpected<Error> system_failure(std::string_view what) {
    return fail(Errc::bad_permissions, std::string{what} + ": " + std::strerror(errno));
}

}  // namespace

void open_standard_descriptors() {
    constexpr int nowhere[] = {
        O_WRONLY, O_RDONLY, O_RDONLY};  // of stdin, stdout, stderr: the wrong way round
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) {
        if (::fcntl(fd, F_GETFD) >= 0 || errno != EBADF) continue;
        // The lowest free number is the one that was looked at.
        if (::open("/dev/null", nowhere[fd]) != fd) std::abort();
    }
}

std::size_t raise_file_limit() {
    rlimit files{};
    if (getrlimit(RLIMIT_NOFILE, &files) != 0) return 0;
    // Nothing is set that is so already: under the filter of system calls it could not be.
    if (files.rlim_cur == files.rlim_max) return static_cast<std::size_t>(files.rlim_cur);
    files.rlim_cur = files.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &files) != 0 || getrlimit(RLIMIT_NOFILE, &files) != 0) return 0;
    return static_cast<std::size_t>(files.rlim_cur);
}

Result<void> check_no_swap(const std::filesystem::path& swaps) {
    std::ifstream in(swaps);
    std::string line;
    if (!in || !std::getline(in, line)) {
        return fail(
            Errc::io,
            "the list of swap areas cannot be read: " + swaps.string(),
            "mount /proc, or go on: --allow-swap, or memory.allow_swap for serve"
        );
    }
    while (std::getline(in, line)) {
        const auto name = line.substr(0, line.find_first_of(" \t"));
        // zram is compressed memory: nothing reaches a disk.
        if (name.empty() || name.rfind("/dev/zram", 0) == 0) continue;
        return fail(
            Errc::bad_permissions,
            "swap is on: " + name,
            "turn it off (swapoff -a, and remove it from /etc/fstab), or go on: --allow-swap, or "
            "memory.allow_swap for serve"
        );
    }
    return {};
}

Result<void> harden_process() {
    // While the file is still ours, which it is not once dumps are off. A kernel without core files has none.
    std::ofstream("/proc/self/coredump_filter") << "0";
    const rlimit none{0, 0};
    if (setrlimit(RLIMIT_CORE, &none) != 0) return system_failure("core dumps cannot be forbidden");
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) {
        return system_failure("the process cannot be made undumpable");
    }
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
        return system_failure("new privileges cannot be forbidden");
    }
    return {};
}

}  // namespace rookery
