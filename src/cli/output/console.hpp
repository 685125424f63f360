// What a person at a terminal sees. Results go to stdout, everything else to stderr; `error:` and
// `hint:` lines begin small and end without a full stop; nothing from outside reaches a terminal
// with its control characters in it, and nothing that was withheld (options/withheld.hpp). Used by every subcommand, from one thread.
#pragma once

#include "base/result.hpp"
#include "base/secret.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace rookery::cli {

[[nodiscard]] bool stdout_is_terminal();
[[nodiscard]] bool stderr_is_terminal();

/// Text from outside, safe for a terminal and a log line: what is not shown as what it is
/// (code_points.hpp) and invalid UTF-8 become \xNN or \u{NNNN}; a backslash becomes two.
[[nodiscard]] std::string printable(std::string_view text);
/// The same as a name between quotes: no quote inside, nor what looks like one, can end it.
[[nodiscard]] std::string quoted_name(std::string_view name);

/// Writes all of it to stdout. Errc::io when stdout is gone or full.
[[nodiscard]] Result<void> print(std::string_view text);
/// The same for what must not be copied on the way.
[[nodiscard]] Result<void> print_secret(const SecretBytes& secret);
/// A line on stderr: notes to a person, not part of the result.
void note(std::string_view text);
void warn(std::string_view text);
/// Ends the process as SIGPIPE does if whoever read stdout went away (`| head`), and the program would not end with
/// success. Nothing is said: nobody asked for more.
void end_with_the_reader(int code);
/// `error: …` and, if there is one, `hint: …` on stderr.
void report(const Error& error);

/// Asks on the terminal, without echo. Errc::usage when there is no terminal.
[[nodiscard]] Result<SecretBytes> ask_secret(std::string_view prompt);

/// 1234567 → "1,234,567": for people only.
[[nodiscard]] std::string grouped(std::uint64_t number);

/// "importing: 1,200 of 10,000 (12 %), 600/s, 15 s left". `total` 0: unknown. Some time has passed.
[[nodiscard]] std::string progress_text(
    std::string_view what, std::uint64_t done, std::uint64_t total,
    std::chrono::duration<double> elapsed
);

/// One line on stderr that is written over, from the first second on, and only on a terminal.
class Progress {
 public:
    /// `total` 0: unknown.
    Progress(std::string what, std::uint64_t total);
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    void at(std::uint64_t done);

 private:
    std::string what_;
    std::uint64_t total_;
    std::chrono::steady_clock::time_point started_;
    std::chrono::steady_clock::time_point shown_{};
    bool visible_ = false;
    bool terminal_;
};

}  // namespace rookery::cli
