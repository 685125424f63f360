// What a server says once it serves.
#include "cli/local/ready_signal.hpp"

#include "cli/program.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <string>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace ready_signal_test {

using namespace rookery;
using namespace rookery::cli;
using namespace rookery::cli::testing;

namespace {

struct Pipe {
    Pipe() { REQUIRE(::pipe(ends.data()) == 0); }

    ~Pipe() { ::close(ends[0]); }

    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;

    [[nodiscard]] std::string writer() const { return std::to_string(ends[1]); }

    /// Up to the end, which comes when every writer is closed.
    [[nodiscard]] std::string rest() const {
        std::string out;
        std::array<char, 256> buffer{};
        for (ssize_t got = 0; (got = ::read(ends[0], buffer.data(), buffer.size())) > 0;) {
            out.append(buffer.data(), static_cast<std::size_t>(got));
        }
        return out;
    }

    std::array<int, 2> ends{};
};

bool refused(const std::string& descriptor) {
    const auto signal = ReadySignal::open(descriptor);
    return !signal && signal.error().code == Errc::usage;
}

}  // namespace

TEST_CASE("readiness is a line on the descriptor, which is then closed") {
    const Pipe pipe;
    auto signal = ReadySignal::open(pipe.writer());
    REQUIRE(signal.has_value());
    REQUIRE(signal->ready("https://127.0.0.1:8443").has_value());
    CHECK(pipe.rest() == "https://127.0.0.1:8443\n");
}

TEST_CASE("the descriptor of a server that does not start is closed without a line") {
    const Pipe pipe;
    { REQUIRE(ReadySignal::open(pipe.writer()).has_value()); }
    CHECK(pipe.rest().empty());
}

TEST_CASE("a descriptor that nobody reads is an error that the server can say") {
    Pipe pipe;
    auto signal = ReadySignal::open(pipe.writer());
    REQUIRE(signal.has_value());
    ::close(pipe.ends[0]);
    pipe.ends[0] = -1;
    std::signal(SIGPIPE, SIG_IGN);  // as the program does
    const auto told = signal->ready("https://127.0.0.1:8443");
    REQUIRE_FALSE(told.has_value());
    CHECK(told.error().code == Errc::io);
}

TEST_CASE("a descriptor that is no number, standard, closed or not for writing is refused") {
    const Pipe pipe;
    for (const auto* const text : {"0", "1", "2", "-1", "x", "3x", " 3", "4294967299", "1023"}) {
        CAPTURE(text);
        CHECK(refused(text));
    }
    CHECK(refused(std::to_string(pipe.ends[0])));
    ::close(pipe.ends[1]);
    CHECK(refused(pipe.writer()));
}

TEST_CASE("the service manager hears that the server is ready, and that it ends") {
    const TemporaryFolder folder;
    const auto path = (folder / "notify").string();
    const int socket = ::socket(AF_UNIX, SOCK_DGRAM, 0);
    REQUIRE(socket != -1);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    REQUIRE(path.size() < sizeof address.sun_path);
    path.copy(static_cast<char*>(address.sun_path), path.size());
    REQUIRE(::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::setenv("NOTIFY_SOCKET", path.c_str(), 1) == 0);

    auto signal = ReadySignal::open("");
    REQUIRE(signal.has_value());
    REQUIRE(signal->ready("https://127.0.0.1:8443").has_value());
    ReadySignal::stopping();
    ::unsetenv("NOTIFY_SOCKET");

    std::array<char, 256> buffer{};
    const auto next = [&] {
        const auto got = ::recv(socket, buffer.data(), buffer.size(), MSG_DONTWAIT);
        return std::string(buffer.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
    };
    CHECK(next() == "READY=1");
    CHECK(next() == "STOPPING=1");
    ::close(socket);
}

TEST_CASE(
    "wait ends when the server is ready, at once when it cannot help, and with the reason when "
    "time is up"
) {
    const TemporaryFolder folder;
    DevServer server(folder / "vault");
    CHECK(server.run_as("agent", {"wait"}).code == 0);
    CHECK(server.run_as("agent", {"wait", "--timeout", "soon"}).code == 2);

    const auto url = server.text("url");
    const auto ca = server.text("ca");
    REQUIRE(server.stop() == 0);
    const auto waited = run_program({"wait", "--url", url, "--ca", ca, "--timeout", "1s"});
    CHECK(waited.code == 3);
    CHECK(waited.error.find("not ready within 1s: cannot reach " + url) != std::string::npos);
    CHECK(run_program({"wait"}).code == 2);
}

}  // namespace ready_signal_test
