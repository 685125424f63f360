// Memory, limits, clock, and what the running server has forbidden itself.
#include "base/process_hygiene.hpp"
#include "cli/doctor/check.hpp"

#include <fmt/format.h>

#include <limits>

namespace rookery::cli {
namespace {

constexpr std::uint64_t memory_mib = std::uint64_t{1} << 20;
constexpr std::uint64_t locked_min = 2 * memory_mib;    // the arena's first piece, and its guards
constexpr std::uint64_t locked_good = 64 * memory_mib;  // the unit's

Diagnosis look_at_swap(const Subject& subject) {
    const auto none = check_no_swap(subject.machine.root / "proc/swaps");
    if (none) return healthy("no swap on a disk");
    if (subject.config.memory_allow_swap) {
        return warned(
            none.error().message + "; memory.allow_swap permits it",
            "swapoff -a, remove it from /etc/fstab, and take allow_swap out of the configuration"
        );
    }
    return failed_check(none.error());
}

Diagnosis look_at_locked_memory(const Subject& subject) {
    const auto limit = limit_of(subject.machine, subject.process(), "Max locked memory");
    if (!limit) return left_out("the limit on locked memory cannot be read");
    if (*limit == std::numeric_limits<std::uint64_t>::max()) return healthy("no limit");
    const auto found = fmt::format("{} KiB can be locked", *limit >> 10U);
    if (*limit >= locked_good) return healthy(found);
    const std::string advice = "LimitMEMLOCK=64M in the unit, or ulimit -l 65536";
    if (*limit < locked_min && !subject.config.memory_allow_unlocked) {
        return failed_check(found, advice);
    }
    return warned(found, advice);
}

Diagnosis look_at_core_files(const Subject& subject) {
    const auto limit = limit_of(subject.machine, subject.process(), "Max core file size");
    if (!limit) return left_out("the limit on core files cannot be read");
    if (*limit == 0) return healthy("this program writes no core file");
    return failed_check(
        "core files are allowed", "restart the server: LimitCORE=0 in the unit, or ulimit -c 0"
    );
}

Diagnosis look_at_ptrace(const Subject& subject) {
    const auto scope = text_at(subject.machine, "proc/sys/kernel/yama/ptrace_scope");
    if (!scope) return left_out("this kernel has no ptrace_scope");
    if (!scope->starts_with('0')) return healthy("only parents and root may trace a process");
    return warned(
        "a process may trace any other of its user, but for this program, which forbids it",
        "sysctl -w kernel.yama.ptrace_scope=1"
    );
}

Diagnosis look_at_open_files(const Subject& subject) {
    const auto limit = limit_of(subject.machine, subject.process(), "Max open files");
    if (!limit) return left_out("the limit on open files cannot be read");
    // The store and the log's own.
    const auto needed = static_cast<std::uint64_t>(subject.config.limit_connections) + 1024;
    const auto found = fmt::format("{} files may be open", *limit);
    // A server that runs has raised its limit; one that starts still can.
    if (*limit >= needed || !subject.server) return healthy(found);
    return warned(
        fmt::format("{}, and {} connections may come", found, subject.config.limit_connections),
        fmt::format("LimitNOFILE={} in the unit, or fewer limits.connections", needed)
    );
}

Diagnosis look_at_clock(const Subject& subject) {
    const auto synchronised = subject.machine.synchronised();
    if (!synchronised) return left_out("the kernel does not say whether the clock is kept in step");
    if (*synchronised) return healthy("kept in step by a time service");
    return warned(
        fmt::format(
            "nothing keeps the clock in step; it says {}", to_iso8601(subject.machine.clock.now())
        ),
        "timedatectl set-ntp true"
    );
}

Diagnosis look_at_server(const Subject& subject) {
    if (!subject.server) return left_out("no process that can be seen holds the data directory");
    const auto process = subject.process();
    if (status_value(subject.machine, process, "NoNewPrivs") != "1") {
        return failed_check(
            fmt::format("process {} could gain privileges", process),
            "is that a rookery of this version?"
        );
    }
    if (status_value(subject.machine, process, "Seccomp") != "2") {
        return warned(
            fmt::format("the system calls of process {} are not filtered", process),
            "process.filter_system_calls = true, and restart the server"
        );
    }
    return healthy(fmt::format("process {} serves, its system calls are filtered", process));
}

constexpr Check machine_check_rows[] = {
    {"swap", look_at_swap},
    {"locked memory", look_at_locked_memory},
    {"core files", look_at_core_files},
    {"ptrace", look_at_ptrace},
    {"open files", look_at_open_files},
    {"clock", look_at_clock},
    {"server", look_at_server},
};

}  // namespace

std::span<const Check> machine_checks() { return machine_check_rows; }

}  // namespace rookery::cli
