// HelperCommand: runs one program of the operator's, time and again, for a process that later gives up starting any. A small
// process of its own starts them: it is made before there are threads, keys or anything else worth having, holds nothing but
// one socket to this one, and ends when that does. The program gets one argument and its input by a pipe, no environment but
// a PATH, and ten seconds; then it is killed. Linux.
#pragma once

#include "base/file.hpp"
#include "base/result.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string>
#include <string_view>

namespace rookery {

class HelperCommand {
 public:
    /// Of input and of output.
    static constexpr std::size_t bytes_max = 4096;

    struct Options {
        std::filesystem::path program;  // absolute
        std::chrono::milliseconds time_max{10'000};
    };

    /// Before the first thread. Errc::usage for a path that is not absolute; Errc::bad_permissions for a program that others
    /// could exchange: it, and no link to it, must be an executable file of root or this user that nobody else may write to;
    /// Errc::not_found; Errc::io.
    [[nodiscard]] static Result<HelperCommand> start(Options options);

    /// The process that it is done by ends, and with it the program, if it runs.
    ~HelperCommand();
    HelperCommand(HelperCommand&& other) noexcept;
    HelperCommand(const HelperCommand&) = delete;
    HelperCommand& operator=(const HelperCommand&) = delete;
    HelperCommand& operator=(HelperCommand&&) = delete;

    /// What the program printed. One at a time; others wait. Errc::io when it could not be run, ended with anything but 0, took
    /// too long or printed too much, and when the helping process is gone, which is not started again; Errc::too_large for the
    /// input.
    [[nodiscard]] Result<std::string> run(std::string_view argument, std::string_view input);

    [[nodiscard]] const std::filesystem::path& program() const { return options_.program; }

 private:
    HelperCommand(Options options, Descriptor socket)
        : options_(std::move(options)), socket_(std::move(socket)) {}

    [[nodiscard]] tl::unexpected<Error> failed(std::string_view why) const;

    Options options_;
    Descriptor socket_;
    std::uint32_t number_ = 0;  // of the newest request
    std::mutex one_at_a_time_;
};

}  // namespace rookery
