#include "cli/output/console.hpp"

#include "base/file.hpp"
#include "cli/options/environment.hpp"
#include "cli/options/withheld.hpp"
#include "cli/output/code_points.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <iterator>
#include <system_error>
#include <termios.h>
#include <unistd.h>
#include <vector>

namespace rookery::cli {
namespace {

/// Whoever read stdout is gone.
bool reader_is_gone = false;

Result<void> write_all(int fd, const char* data, std::size_t size) {
    while (size > 0) {
        const auto n = ::write(fd, data, size);
        if (n < 0) {
            if (errno == EINTR) continue;
            if (errno == EPIPE && fd == STDOUT_FILENO) reader_is_gone = true;
            return fail(
                Errc::io,
                fmt::format("cannot write the output: {}", std::system_category().message(errno))
            );
        }
        data += n;
        size -= static_cast<std::size_t>(n);
    }
    return {};
}

void append_escaped(std::string& out, std::uint32_t code) {
    const auto to = std::back_inserter(out);
    if (code < 0x100) {
        fmt::format_to(to, "\\x{:02x}", code);
    } else {
        fmt::format_to(to, "\\u{{{:04x}}}", code);
    }
}

/// With everything escaped that `escapes`, invalid UTF-8 byte by byte, and every backslash.
template <class Escapes>
std::string escaped(std::string_view text, Escapes escapes) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        std::uint32_t code = 0;
        const auto length = decode_utf8(text, code);
        if (length == 0) {
            append_escaped(out, static_cast<std::uint8_t>(text.front()));
            text.remove_prefix(1);
            continue;
        }
        if (code == '\\') {
            out += "\\\\";
        } else if (escapes(code)) {
            append_escaped(out, code);
        } else {
            out += text.substr(0, length);
        }
        text.remove_prefix(length);
    }
    return out;
}

/// The terminal with echo off, put back as it was.
class EchoOff {
 public:
    explicit EchoOff(int fd) : fd_(fd) {
        ok_ = ::tcgetattr(fd, &before_) == 0;
        if (!ok_) return;
        auto quiet = before_;
        quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        quiet.c_lflag |= ECHONL;
        ok_ = ::tcsetattr(fd, TCSAFLUSH, &quiet) == 0;
    }

    ~EchoOff() {
        if (ok_) ::tcsetattr(fd_, TCSAFLUSH, &before_);
    }

    EchoOff(const EchoOff&) = delete;
    EchoOff& operator=(const EchoOff&) = delete;

    [[nodiscard]] bool ok() const { return ok_; }

 private:
    int fd_;
    termios before_{};
    bool ok_ = false;
};

constexpr std::string_view not_shown = "(not shown)";

bool is_part_of_a_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// Where `value` stands in `text`; if it is as short as a word, for itself and not within a longer one.
std::size_t find_whole(std::string_view text, std::string_view value, std::size_t from) {
    constexpr std::size_t word_max = 16;
    if (value.size() > word_max) return text.find(value, from);
    for (auto at = text.find(value, from); at != std::string_view::npos;
         at = text.find(value, at + 1)) {
        const auto end = at + value.size();
        const bool begins =
            at == 0 || !is_part_of_a_word(text[at - 1]) || !is_part_of_a_word(value.front());
        const bool ends =
            end == text.size() || !is_part_of_a_word(text[end]) || !is_part_of_a_word(value.back());
        if (begins && ends) return at;
    }
    return std::string_view::npos;
}

/// `text` without the values that were withheld, as they are and as they are shown; `hidden` gets those that were in it.
std::string without_withheld(std::string_view text, std::vector<const Withheld*>& hidden) {
    std::string out{text};
    for (const auto& one : withheld()) {
        for (const auto& spelling : {one.value, printable(one.value)}) {
            bool found = false;
            for (std::size_t at = 0; (at = find_whole(out, spelling, at)) != std::string::npos;) {
                out.replace(at, spelling.size(), not_shown);
                at += not_shown.size();
                found = true;
            }
            if (found && std::ranges::find(hidden, &one) == hidden.end()) hidden.push_back(&one);
        }
    }
    return out;
}

/// Lines on stderr, without what was withheld; `hidden` is what was left out of them before.
void say(std::string lines, std::vector<const Withheld*> hidden) {
    lines = without_withheld(lines, hidden) + "\n";
    for (const auto* one : hidden) {
        lines += fmt::format(
            "hint: what {} was given is not shown, since it looks like {}: a secret belongs in a "
            "private file, never on the command line\n",
            one->place,
            one->looks_like
        );
    }
    // Nobody is left to tell when stderr itself is gone.
    static_cast<void>(write_all(STDERR_FILENO, lines.data(), lines.size()));
}

}  // namespace

bool stdout_is_terminal() { return ::isatty(STDOUT_FILENO) == 1; }

bool stderr_is_terminal() { return ::isatty(STDERR_FILENO) == 1; }

std::string printable(std::string_view text) { return escaped(text, deceives); }

std::string quoted_name(std::string_view name) {
    std::string out = "'";
    const auto inside =
        escaped(name, [](std::uint32_t code) { return deceives(code) || looks_like_quote(code); });
    for (const char c : inside) {
        if (c == '\'') out += '\\';
        out += c;
    }
    return out + "'";
}

Result<void> print(std::string_view text) {
    return write_all(STDOUT_FILENO, text.data(), text.size());
}

Result<void> print_secret(const SecretBytes& secret) {
    return secret.expose([](ByteView bytes) {
        return write_all(STDOUT_FILENO, text_of(bytes).data(), bytes.size());
    });
}

void note(std::string_view text) { say(std::string{text}, {}); }

void warn(std::string_view text) { note(fmt::format("warning: {}", text)); }

void report(const Error& error) {
    if (reader_is_gone) return;
    // Before it is escaped: what a command escaped itself note finds.
    std::vector<const Withheld*> hidden;
    auto text = fmt::format("error: {}", printable(without_withheld(error.message, hidden)));
    if (!error.hint.empty()) {
        text += fmt::format("\nhint: {}", printable(without_withheld(error.hint, hidden)));
    }
    say(std::move(text), hidden);
}

void end_with_the_reader(int code) {
    if (!reader_is_gone || code == 0) return;
    std::signal(SIGPIPE, SIG_DFL);
    std::raise(SIGPIPE);
}

Result<SecretBytes> ask_secret(std::string_view prompt) {
    // The terminal itself, not stdin: a pipe into the command must not be taken for the answer.
    const Descriptor terminal(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY));
    if (!terminal.ok()) {
        return fail(
            Errc::usage,
            "a secret is needed and there is no terminal to ask on",
            "use --key-file or --passphrase-file, or a systemd credential"
        );
    }

    const int fd = terminal.get();
    const EchoOff quiet(fd);
    if (!quiet.ok()) return fail(Errc::io, "cannot switch the terminal's echo off");
    ROOKERY_CHECK(write_all(fd, prompt.data(), prompt.size()));

    constexpr std::size_t bytes_max = 1024;
    SecretBytes answer(bytes_max);
    std::size_t size = 0;
    bool ended = false;
    const bool read_ok = answer.expose_mutable([&](std::span<std::uint8_t> cell) {
        while (size < cell.size()) {
            const auto n = ::read(fd, cell.data() + size, 1);
            if (n < 0 && errno == EINTR) continue;
            if (n < 0) return false;
            if (n == 0 || cell[size] == '\n') {
                if (n == 1) cell[size] = 0;
                ended = true;
                return true;
            }
            ++size;
        }
        return true;
    });
    if (!read_ok) return fail(Errc::io, "cannot read from the terminal");
    if (!ended) return fail(Errc::usage, "that is longer than 1024 bytes");
    answer.shrink(size);
    return answer;
}

std::string grouped(std::uint64_t number) {
    auto digits = std::to_string(number);
    for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3) {
        digits.insert(static_cast<std::size_t>(at), 1, ',');
    }
    return digits;
}

std::string progress_text(
    std::string_view what, std::uint64_t done, std::uint64_t total,
    std::chrono::duration<double> elapsed
) {
    const auto rate = static_cast<double>(done) / elapsed.count();
    if (total == 0 || done == 0) return fmt::format("{}: {}, {:.0f}/s", what, grouped(done), rate);
    return fmt::format(
        "{}: {} of {} ({:.0f} %), {:.0f}/s, {:.0f} s left",
        what,
        grouped(done),
        grouped(total),
        100.0 * static_cast<double>(done) / static_cast<double>(total),
        rate,
        static_cast<double>(total - std::min(done, total)) / rate
    );
}

Progress::Progress(std::string what, std::uint64_t total)
    : what_(std::move(what)),
      total_(total),
      started_(std::chrono::steady_clock::now()),
      terminal_(stderr_is_terminal() && !terminal_is_dumb()) {}

Progress::~Progress() {
    if (visible_) static_cast<void>(write_all(STDERR_FILENO, "\r\033[K", 4));
}

void Progress::at(std::uint64_t done) {
    if (!terminal_) return;
    const auto now = std::chrono::steady_clock::now();
    if (now - started_ < std::chrono::seconds{1} || now - shown_ < std::chrono::milliseconds{200}) {
        return;
    }
    shown_ = now;
    visible_ = true;
    const auto line = "\r\033[K" + progress_text(what_, done, total_, now - started_);
    static_cast<void>(write_all(STDERR_FILENO, line.data(), line.size()));
}

}  // namespace rookery::cli
