#include "base/helper_command.hpp"

#include "base/bytes.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

// The helping process, which is a copy of this one without threads, keeps to what is safe after a fork: system calls on
// memory that it has already.

namespace rookery {
namespace {

namespace fs = std::filesystem;
using Monotonic = std::chrono::steady_clock;

constexpr std::size_t argument_bytes_max = 32;
/// u32 number || u8 length of the argument || argument || input
constexpr std::size_t request_bytes_max = 5 + argument_bytes_max + HelperCommand::bytes_max;
/// u32 number || u8 outcome || output
constexpr std::size_t reply_bytes_max = 5 + HelperCommand::bytes_max;
/// What the helping process needs beside the program's own time.
constexpr std::chrono::milliseconds grace{2'000};

enum class Ran : std::uint8_t { well, not_started, failed, too_long, too_much };

std::string_view why_of(Ran ran) {
    switch (ran) {
        case Ran::well:
            return {};
        case Ran::not_started:
            return "it could not be started";
        case Ran::failed:
            return "it ended with an error";
        case Ran::too_long:
            return "it took too long and was killed";
        case Ran::too_much:
            return "it printed too much and was killed";
    }
    return {};
}

int milliseconds_until(Monotonic::time_point until) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(until - Monotonic::now()).count();
    return static_cast<int>(std::max<std::int64_t>(0, left));
}

struct Output {
    std::array<char, HelperCommand::bytes_max> bytes;
    std::size_t size = 0;
};

/// In the child: `in` and `out` become its standard input and output.
[[noreturn]] void become(const char* program, const char* argument, int in, int out) {
    static constexpr char path[] =
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    for (const int number : {SIGTERM, SIGINT, SIGHUP, SIGPIPE}) ::signal(number, SIG_DFL);
    ::setpgid(0, 0);
    if (::dup2(in, STDIN_FILENO) >= 0 && ::dup2(out, STDOUT_FILENO) >= 0) {
        ::syscall(SYS_close_range, 3U, ~0U, 0U);
        char* const arguments[] = {
            const_cast<char*>(program), const_cast<char*>(argument), nullptr};  // NOLINT
        char* const environment[] = {const_cast<char*>(path), nullptr};         // NOLINT
        ::execve(program, arguments, environment);
    }
    ::_exit(127);
}

/// Gives it all of the input that it takes and takes what it prints, until it ends, is out of time, or prints too much.
Ran feed(int to, int from, std::string_view input, Output& output, Monotonic::time_point until) {
    int in = to;
    for (;;) {
        if (in >= 0 && input.empty()) {
            ::close(in);
            in = -1;
        }
        std::array<pollfd, 2> waits{{{from, POLLIN, 0}, {in, POLLOUT, 0}}};
        const int ready = ::poll(waits.data(), in >= 0 ? 2 : 1, milliseconds_until(until));
        if (ready < 0 && errno == EINTR) continue;
        if (ready <= 0) {
            if (in >= 0) ::close(in);
            return Ran::too_long;
        }
        if (in >= 0 && waits[1].revents != 0) {
            const auto count = ::write(in, input.data(), input.size());
            // One that reads no further need not.
            input.remove_prefix(count > 0 ? static_cast<std::size_t>(count) : input.size());
        }
        if (waits[0].revents == 0) continue;
        std::array<char, 512> block;
        const auto count = ::read(from, block.data(), block.size());
        if (count <= 0) {
            if (in >= 0) ::close(in);
            return Ran::well;
        }
        const auto size = static_cast<std::size_t>(count);
        if (size > output.bytes.size() - output.size) {
            if (in >= 0) ::close(in);
            return Ran::too_much;
        }
        std::memcpy(output.bytes.data() + output.size, block.data(), size);
        output.size += size;
    }
}

/// Waits for it no longer than until then, and not at all once it is to be killed.
Ran end_of(pid_t child, Ran ran, Monotonic::time_point until) {
    int status = 0;
    while (ran == Ran::well) {
        const auto ended = ::waitpid(child, &status, WNOHANG);
        if (ended == child) {
            ::kill(-child, SIGKILL);  // what it has left running
            if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return Ran::well;
            return WIFEXITED(status) && WEXITSTATUS(status) == 127 ? Ran::not_started : Ran::failed;
        }
        if (Monotonic::now() >= until) ran = Ran::too_long;
        ::poll(nullptr, 0, 5);
    }
    ::kill(-child, SIGKILL);
    ::kill(child, SIGKILL);
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
    return ran;
}

Ran run_once(
    const char* program, const char* argument, std::string_view input, Output& output,
    std::chrono::milliseconds time_max
) {
    output.size = 0;
    const auto until = Monotonic::now() + time_max;
    int to[2];
    int from[2];
    if (::pipe2(to, O_CLOEXEC) != 0) return Ran::not_started;
    if (::pipe2(from, O_CLOEXEC) != 0) {
        ::close(to[0]);
        ::close(to[1]);
        return Ran::not_started;
    }
    const auto child = ::fork();
    if (child == 0) become(program, argument, to[0], from[1]);
    ::close(to[0]);
    ::close(from[1]);
    if (child < 0) {
        ::close(to[1]);
        ::close(from[0]);
        return Ran::not_started;
    }
    const auto fed = feed(to[1], from[0], input, output, until);
    ::close(from[0]);
    return end_of(child, fed, until);
}

/// All that the helping process does. It ends with the other end of the socket.
[[noreturn]] void help(int socket, const char* program, std::chrono::milliseconds time_max) {
    // A terminal's or a service manager's signals are for the other process, which has a last thing to hand over.
    for (const int number : {SIGTERM, SIGINT, SIGHUP, SIGPIPE}) ::signal(number, SIG_IGN);
    ::signal(SIGCHLD, SIG_DFL);
    ::prctl(PR_SET_NAME, "rookery-helper");
    const int kept = ::dup2(socket, 3);
    ::syscall(SYS_close_range, 4U, ~0U, 0U);
    static std::array<char, request_bytes_max> request;
    static std::array<char, reply_bytes_max> reply;
    static Output output;
    static char argument[argument_bytes_max + 1];
    for (;;) {
        const auto size = ::recv(kept, request.data(), request.size(), 0);
        if (size < 0 && errno == EINTR) continue;
        if (size <= 0) ::_exit(0);
        const auto length = static_cast<std::size_t>(static_cast<unsigned char>(request[4]));
        if (size < 5 || length > argument_bytes_max ||
            static_cast<std::size_t>(size) < 5 + length) {
            ::_exit(1);
        }
        std::memcpy(argument, request.data() + 5, length);
        argument[length] = '\0';
        const std::string_view input(
            request.data() + 5 + length, static_cast<std::size_t>(size) - 5 - length
        );
        const auto ran = run_once(program, argument, input, output, time_max);
        std::memcpy(reply.data(), request.data(), 4);
        reply[4] = static_cast<char>(ran);
        const auto told = ran == Ran::well ? output.size : 0;
        std::memcpy(reply.data() + 5, output.bytes.data(), told);
        if (::send(kept, reply.data(), 5 + told, MSG_NOSIGNAL) < 0) ::_exit(0);
    }
}

Result<void> check_program(const fs::path& program) {
    if (!program.is_absolute()) {
        return fail(
            Errc::usage,
            "the program " + program.string() + " is not named by a whole path",
            "begin it with /"
        );
    }

    struct stat facts {};

    if (::lstat(program.c_str(), &facts) != 0) {
        if (errno == ENOENT) {
            return fail(Errc::not_found, "there is no program " + program.string());
        }
        return io_error("cannot look at", program, errno);
    }
    const bool ours = facts.st_uid == 0 || facts.st_uid == ::geteuid();
    if (!S_ISREG(facts.st_mode) || !ours || (facts.st_mode & 022) != 0 ||
        ::access(program.c_str(), X_OK) != 0) {
        return fail(
            Errc::bad_permissions,
            "the program " + program.string() +
                " is a link, belongs to another user, can be written by others or is not "
                "executable",
            "name a file of root's with mode 0755"
        );
    }
    return {};
}

}  // namespace

Result<HelperCommand> HelperCommand::start(Options options) {
    ROOKERY_CHECK(check_program(options.program));
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
        return io_error("cannot make a socket for", options.program, errno);
    }
    Descriptor ours(ends[0]);
    const Descriptor theirs(ends[1]);
    // Twice: the process in between ends, so that nobody has to wait for the other one.
    const auto child = ::fork();
    if (child < 0) return io_error("cannot start a process for", options.program, errno);
    if (child == 0) {
        const auto helping = ::fork();
        if (helping == 0) help(theirs.get(), options.program.c_str(), options.time_max);
        ::_exit(helping < 0 ? 1 : 0);
    }
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        return fail(Errc::io, "cannot start a process for " + options.program.string());
    }
    return HelperCommand(std::move(options), std::move(ours));
}

HelperCommand::~HelperCommand() = default;

HelperCommand::HelperCommand(HelperCommand&& other) noexcept
    : options_(std::move(other.options_)),
      socket_(std::move(other.socket_)),
      number_(other.number_) {}

tl::unexpected<Error> HelperCommand::failed(std::string_view why) const {
    return fail(
        Errc::io, "the program " + options_.program.string() + " failed: " + std::string(why)
    );
}

Result<std::string> HelperCommand::run(std::string_view argument, std::string_view input) {
    if (input.size() > bytes_max || argument.size() > argument_bytes_max) {
        return fail(Errc::too_large, "too much for the program " + options_.program.string());
    }
    const std::lock_guard lock(one_at_a_time_);
    const auto until = Monotonic::now() + options_.time_max + grace;
    std::string request(4, '\0');
    std::memcpy(request.data(), &++number_, sizeof number_);
    request.push_back(static_cast<char>(argument.size()));
    request.append(argument).append(input);
    // One that is still busy with an earlier request takes this one when it is done with that.
    if (::send(socket_.get(), request.data(), request.size(), MSG_NOSIGNAL | MSG_DONTWAIT) < 0) {
        return failed(
            errno == EPIPE || errno == ECONNRESET ? "its helping process has ended"
                                                  : "its helping process is busy"
        );
    }
    std::array<char, reply_bytes_max> reply;
    for (;;) {
        pollfd wait{socket_.get(), POLLIN, 0};
        const int ready = ::poll(&wait, 1, milliseconds_until(until));
        if (ready < 0 && errno == EINTR) continue;
        if (ready <= 0) return failed("its helping process does not answer");
        const auto size = ::recv(socket_.get(), reply.data(), reply.size(), 0);
        if (size < 5) return failed("its helping process has ended");
        std::uint32_t number = 0;
        std::memcpy(&number, reply.data(), sizeof number);
        if (number != number_) continue;  // of a request that nobody waits for any more
        const auto ran = static_cast<Ran>(reply[4]);
        if (ran != Ran::well) return failed(why_of(ran));
        return std::string(reply.data() + 5, static_cast<std::size_t>(size) - 5);
    }
}

}  // namespace rookery
