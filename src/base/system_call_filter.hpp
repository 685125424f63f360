// What a server may ask of the kernel once it serves: an allow-list (seccomp), for all of its threads and for good.
//
// It holds back whoever takes the process over by a fault of the program or of a library: no other program, no look into
// another process, no memory that is written and then run, no change of the machine. It is no boundary against
// root, and does not hide what the process itself knows.
#pragma once

#include "base/result.hpp"

namespace rookery {

/// From now on, in every thread there is and will be:
///
/// - what serving needs is allowed, some of it only in the way it is needed: threads but no processes, sockets of the
///   internet and of this machine, signals to this process alone;
/// - what only an intruder would want (execve, fork, ptrace, process_vm_readv, bpf, keyctl, mount and such) fails with EPERM;
/// - everything else fails with ENOSYS, as if the kernel were too old for it, which is what libraries are made to get by with.
///
/// A call of another architecture's numbers ends the process. There is no way back. A build with a sanitizer also allows what
/// that one needs at its end. Errc::bad_permissions when the kernel has no such filters.
[[nodiscard]] Result<void> filter_system_calls();

}  // namespace rookery
