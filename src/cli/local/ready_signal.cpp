#include "cli/local/ready_signal.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <fcntl.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>
#include <utility>

namespace rookery::cli {
namespace {

constexpr int first_free_descriptor = 3;  // after the standard ones

bool is_open_for_writing(int descriptor) {
    const int flags = ::fcntl(descriptor, F_GETFL);
    return flags != -1 && ((flags & O_ACCMODE) == O_WRONLY || (flags & O_ACCMODE) == O_RDWR);
}

}  // namespace

void add_ready_option(Command command, std::string& descriptor) {
    command
        .add_option(
            "--ready-fd",
            descriptor,
            "Descriptor that gets the server's URL as a line as soon as it serves, and is then "
            "closed"
        )
        .takes(Takes::number);
}

Result<ReadySignal> ReadySignal::open(std::string_view descriptor) {
    if (descriptor.empty()) return ReadySignal(-1);
    int number = -1;
    const auto* const end = descriptor.data() + descriptor.size();
    const auto [stopped, error] = std::from_chars(descriptor.data(), end, number);
    if (error != std::errc{} || stopped != end || number < first_free_descriptor ||
        !is_open_for_writing(number)) {
        return fail(
            Errc::usage,
            "--ready-fd is not the number of a descriptor that is open for writing",
            "in a shell: mkfifo ready; rookery serve --config FILE --ready-fd 3 3> ready & read -r "
            "url < ready"
        );
    }
    ::fcntl(number, F_SETFD, FD_CLOEXEC);
    return ReadySignal(number);
}

ReadySignal::ReadySignal(ReadySignal&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

ReadySignal::~ReadySignal() {
    if (descriptor_ != -1) ::close(descriptor_);
}

Result<void> ReadySignal::ready(std::string_view url) {
    // Its failure is the service manager's to notice: it waits, and says so.
    ::sd_notify(0, "READY=1");
    if (descriptor_ == -1) return {};
    const auto line = fmt::format("{}\n", url);
    ssize_t written = 0;
    do {
        written =
            ::write(descriptor_, line.data(), line.size());  // less than PIPE_BUF: whole or not
    } while (written == -1 && errno == EINTR);
    const int error = errno;
    ::close(std::exchange(descriptor_, -1));
    if (written == static_cast<ssize_t>(line.size())) return {};
    return fail(
        Errc::io, fmt::format("the descriptor of --ready-fd took no line: {}", std::strerror(error))
    );
}

void ReadySignal::stopping() { ::sd_notify(0, "STOPPING=1"); }

}  // namespace rookery::cli
