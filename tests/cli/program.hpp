// Runs the built program for end-to-end tests: with files of its own, no terminal, a clean
// environment, and a deadline for everything.
#pragma once

#include "cli/client/api_client.hpp"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <string>
#include <sys/types.h>
#include <vector>

namespace rookery::cli::testing {

/// A new folder, removed at the end.
class TemporaryFolder {
 public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    [[nodiscard]] std::filesystem::path operator/(const std::string& name) const {
        return path_ / name;
    }

 private:
    std::filesystem::path path_;
};

void write_file(const std::filesystem::path& path, const std::string& text);
[[nodiscard]] std::string read_file(const std::filesystem::path& path);
[[nodiscard]] unsigned mode_of(const std::filesystem::path& path);

/// How the streams of a program are, other than /dev/null and two pipes.
struct Wiring {
    std::vector<int> closed = {};          // of 0 to 2
    bool reader_gone = false;              // stdout is a pipe that nobody reads
    std::filesystem::path input = {};      // stdin is this file
    std::vector<std::string> before = {};  // what runs the program: its name and options
};

/// A running program. Its end is asked for with SIGTERM, at the latest by the destructor.
class Process {
 public:
    Process(
        const std::vector<std::string>& arguments, const std::vector<std::string>& environment,
        const Wiring& wiring = {}
    );
    ~Process();
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    /// The next line of stdout (stderr); empty at its end.
    [[nodiscard]] std::string line();
    [[nodiscard]] std::string error_line();
    [[nodiscard]] std::string rest();
    [[nodiscard]] std::string error_rest();
    void terminate();
    /// With SIGKILL: nothing of it is orderly.
    void kill();
    /// The exit code; the signal's number, negative, when one ended it.
    [[nodiscard]] int wait();

 private:
    struct Stream {
        int fd = -1;
        std::string buffer;
    };

    [[nodiscard]] static std::string read_line(Stream& stream);
    [[nodiscard]] static std::string read_rest(Stream& stream);

    pid_t pid_ = -1;
    Stream out_;
    Stream error_;
};

struct Ran {
    int code = 0;
    std::string out;
    std::string error;
};

[[nodiscard]] Ran run_program(
    const std::vector<std::string>& arguments, const std::vector<std::string>& environment = {},
    const Wiring& wiring = {}
);

/// `rookery dev --json --data FOLDER` with its ready line.
class DevServer {
 public:
    explicit DevServer(const std::filesystem::path& data);

    [[nodiscard]] const nlohmann::json& ready() const { return ready_; }

    [[nodiscard]] std::string text(const char* member) const {
        return ready_.at(member).get<std::string>();
    }

    /// A client with the token of "agent", "reader" and so on.
    [[nodiscard]] ApiClient as(const std::string& who) const;
    /// A command with ROOKERY_URL, ROOKERY_CA and this caller's ROOKERY_TOKEN_FILE.
    [[nodiscard]] Ran run_as(
        const std::string& who, const std::vector<std::string>& arguments, const Wiring& wiring = {}
    ) const;

    [[nodiscard]] std::filesystem::path token_of(const std::string& who) const {
        return data_ / "tokens" / (who + ".token");
    }

    /// SIGTERM; the exit code.
    [[nodiscard]] int stop();

 private:
    std::filesystem::path data_;
    Process process_;
    nlohmann::json ready_;
};

}  // namespace rookery::cli::testing
