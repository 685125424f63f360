#include "cli/program.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <poll.h>
#include <spawn.h>
#include <sstream>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace rookery::cli::testing {
namespace {

constexpr int deadline_ms =
    120'000;  // sanitizers on a loaded machine; nothing waits for it normally

/// More of the stream; false at its end.
bool read_more(int fd, std::string& buffer) {
    pollfd ready{fd, POLLIN, 0};
    int polled = 0;
    do {
        polled = ::poll(&ready, 1, deadline_ms);
    } while (polled < 0 && errno == EINTR);
    REQUIRE(polled == 1);
    std::array<char, 4096> chunk{};
    const auto n = ::read(fd, chunk.data(), chunk.size());
    REQUIRE(n >= 0);
    buffer.append(chunk.data(), static_cast<std::size_t>(n));
    return n > 0;
}

}  // namespace

TemporaryFolder::TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "rookery-cli-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

void write_file(const std::filesystem::path& path, const std::string& text) {
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    out << text;
    REQUIRE(out.good());
}

std::string read_file(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    REQUIRE(in.good());
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

unsigned mode_of(const std::filesystem::path& path) {
    struct stat facts {};

    REQUIRE(::lstat(path.c_str(), &facts) == 0);
    return facts.st_mode & 07777U;
}

Process::Process(
    const std::vector<std::string>& arguments, const std::vector<std::string>& environment,
    const Wiring& wiring
) {
    std::array<int, 2> out{};
    std::array<int, 2> error{};
    REQUIRE(::pipe2(out.data(), O_CLOEXEC) == 0);
    REQUIRE(::pipe2(error.data(), O_CLOEXEC) == 0);

    auto words = wiring.before;
    words.emplace_back(ROOKERY_PROGRAM);
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> argv;
    for (auto& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    auto settings = environment;
    settings.emplace_back("PATH=/usr/bin:/bin");
    // Sanitizers take their options from the environment.
    for (const char* name : {"ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS"}) {
        if (const char* value = std::getenv(name); value != nullptr) {
            settings.push_back(std::string{name} + "=" + value);
        }
    }
    std::vector<char*> envp;
    for (auto& setting : settings) envp.push_back(setting.data());
    envp.push_back(nullptr);

    posix_spawn_file_actions_t actions;
    REQUIRE(::posix_spawn_file_actions_init(&actions) == 0);
    const std::string input = wiring.input.empty() ? "/dev/null" : wiring.input.string();
    ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, input.c_str(), O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, error[1], STDERR_FILENO);
    for (const int fd : wiring.closed) ::posix_spawn_file_actions_addclose(&actions, fd);
    if (wiring.reader_gone) {
        ::close(out[0]);
        REQUIRE((out[0] = ::open("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0);
    }
    // A session of its own: no terminal to ask on.
    posix_spawnattr_t attributes;
    REQUIRE(::posix_spawnattr_init(&attributes) == 0);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID);
    const int spawned = ::posix_spawn(
        &pid_, words.front().c_str(), &actions, &attributes, argv.data(), envp.data()
    );
    ::posix_spawn_file_actions_destroy(&actions);
    ::posix_spawnattr_destroy(&attributes);
    ::close(out[1]);
    ::close(error[1]);
    out_.fd = out[0];
    error_.fd = error[0];
    REQUIRE(spawned == 0);
}

Process::~Process() {
    if (pid_ > 0) {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }
    ::close(out_.fd);
    ::close(error_.fd);
}

std::string Process::read_line(Stream& stream) {
    auto end = stream.buffer.find('\n');
    while (end == std::string::npos) {
        if (!read_more(stream.fd, stream.buffer)) return read_rest(stream);
        end = stream.buffer.find('\n');
    }
    auto line = stream.buffer.substr(0, end);
    stream.buffer.erase(0, end + 1);
    return line;
}

std::string Process::read_rest(Stream& stream) {
    while (read_more(stream.fd, stream.buffer)) {
    }
    return std::move(stream.buffer);
}

std::string Process::line() { return read_line(out_); }

std::string Process::error_line() { return read_line(error_); }

std::string Process::rest() { return read_rest(out_); }

std::string Process::error_rest() { return read_rest(error_); }

void Process::terminate() {
    if (pid_ > 0) ::kill(pid_, SIGTERM);
}

void Process::kill() {
    if (pid_ > 0) ::kill(pid_, SIGKILL);
}

int Process::wait() {
    int status = 0;
    pid_t ended = 0;
    do {
        ended = ::waitpid(pid_, &status, 0);
    } while (ended < 0 && errno == EINTR);
    REQUIRE(ended == pid_);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

Ran run_program(
    const std::vector<std::string>& arguments, const std::vector<std::string>& environment,
    const Wiring& wiring
) {
    Process process(arguments, environment, wiring);
    Ran ran;
    // What is written to stderr here fits a pipe, so one after the other cannot block.
    ran.out = process.rest();
    ran.error = process.error_rest();
    ran.code = process.wait();
    return ran;
}

DevServer::DevServer(const std::filesystem::path& data)
    : data_(data), process_({"dev", "--json", "--data", data.string()}, {}) {
    const auto line = process_.line();
    if (line.empty()) FAIL(process_.error_rest());
    ready_ = nlohmann::json::parse(line);
}

ApiClient DevServer::as(const std::string& who) const {
    Connection connection;
    connection.url = text("url");
    connection.ca = text("ca");
    connection.token_file = data_ / "tokens" / (who + ".token");
    auto client = ApiClient::open(connection);
    REQUIRE(client.has_value());
    return std::move(*client);
}

Ran DevServer::run_as(
    const std::string& who, const std::vector<std::string>& arguments, const Wiring& wiring
) const {
    return run_program(
        arguments,
        {"ROOKERY_URL=" + text("url"),
         "ROOKERY_CA=" + text("ca"),
         "ROOKERY_TOKEN_FILE=" + token_of(who).string()},
        wiring
    );
}

int DevServer::stop() {
    process_.terminate();
    return process_.wait();
}

}  // namespace rookery::cli::testing
