// Loaded into a program by LD_PRELOAD, for boundary_test.py: ends it, as kill -9 does, with a chosen one of the syncs by which
// something becomes durable. The file that ROOKERY_KILL_AT names says with which, as soon as it is there: N is behind the
// N-th sync from then on, -N in front of it.
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <dlfcn.h>
#include <fcntl.h>
#include <unistd.h>

namespace {

std::atomic<bool> armed{false};
std::atomic<long> left{0};
std::atomic<bool> in_front{false};

void arm() {
    const char* const path = std::getenv("ROOKERY_KILL_AT");
    if (path == nullptr || armed) return;
    const int file = ::open(path, O_RDONLY | O_CLOEXEC);
    if (file == -1) return;
    char text[16] = {};
    const auto size = ::read(file, text, sizeof text - 1);
    ::close(file);
    const long number = size > 0 ? std::atol(text) : 0;
    if (number == 0 || armed.exchange(true)) return;
    in_front = number < 0;
    left = number < 0 ? -number : number;
}

int sync_with(const char* name, int descriptor) {
    using Sync = int (*)(int);
    const int before = errno;
    arm();
    errno = before;
    const bool last = armed && left.fetch_sub(1) == 1;
    if (last && in_front) ::kill(::getpid(), SIGKILL);
    const auto real = reinterpret_cast<Sync>(::dlsym(RTLD_NEXT, name));
    const int done = real(descriptor);
    if (last) ::kill(::getpid(), SIGKILL);
    return done;
}

}  // namespace

extern "C" int fsync(int descriptor) { return sync_with("fsync", descriptor); }

extern "C" int fdatasync(int descriptor) { return sync_with("fdatasync", descriptor); }
