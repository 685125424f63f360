#include "cli/doctor/machine.hpp"

#include <fmt/format.h>

#include <charconv>
#include <fstream>
#include <limits>
#include <sstream>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/timex.h>
#include <system_error>

namespace rookery::cli {
namespace {

constexpr std::size_t text_bytes_max = std::size_t{1} << 20;

std::string_view trimmed_line(std::string_view text) {
    const auto from = text.find_first_not_of(" \t");
    if (from == std::string_view::npos) return {};
    return text.substr(from, text.find_last_not_of(" \t\n") + 1 - from);
}

std::optional<std::uint64_t> number_in(std::string_view text, int base = 10) {
    std::uint64_t out = 0;
    const auto* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, out, base);
    if (error != std::errc{} || stopped != end) return std::nullopt;
    return out;
}

/// "00:2f:12345", device in hex and inode, of the file that `facts` are of? Some file systems give files another device
/// number than their mount has: there the name of the program must do.
bool names_file(
    const Machine& machine, const std::string& where, const std::string& process,
    const struct stat& facts
) {
    const auto second = where.rfind(':');
    if (second == std::string::npos) return false;
    if (number_in(std::string_view{where}.substr(second + 1)) != facts.st_ino) return false;
    const auto device =
        fmt::format("{:02x}:{:02x}", ::gnu_dev_major(facts.st_dev), ::gnu_dev_minor(facts.st_dev));
    return where.substr(0, second) == device || status_value(machine, process, "Name") == "rookery";
}

/// mountinfo writes blanks and such as \ooo.
std::string unescaped(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto code = text[at] == '\\' ? number_in(text.substr(at + 1, 3), 8) : std::nullopt;
        out += code ? static_cast<char>(*code) : text[at];
        if (code) at += 3;
    }
    return out;
}

bool lies_below(const std::string& place, const std::string& mount) {
    if (mount == "/") return true;
    return place.starts_with(mount) && (place.size() == mount.size() || place[mount.size()] == '/');
}

}  // namespace

std::optional<bool> clock_is_synchronised() {
    struct timex asked {};

    const int state = ::adjtimex(&asked);
    if (state == -1) return std::nullopt;
    return state != TIME_ERROR && (asked.status & STA_UNSYNC) == 0;
}

Result<std::string> text_at(const Machine& machine, const std::string& path) {
    std::ifstream in(machine.root / path, std::ios::binary);
    if (!in) return fail(Errc::not_found, fmt::format("/{} cannot be read", path));
    std::string text(text_bytes_max, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(in.gcount()));
    return text;
}

std::string status_value(
    const Machine& machine, const std::string& process, std::string_view name
) {
    const auto status = text_at(machine, fmt::format("proc/{}/status", process));
    if (!status) return {};
    std::istringstream lines(*status);
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with(name) && line[name.size()] == ':') {
            return std::string{trimmed_line(std::string_view{line}.substr(name.size() + 1))};
        }
    }
    return {};
}

std::optional<std::uint64_t> limit_of(
    const Machine& machine, const std::string& process, std::string_view name
) {
    const auto limits = text_at(machine, fmt::format("proc/{}/limits", process));
    if (!limits) return std::nullopt;
    std::istringstream lines(*limits);
    for (std::string line; std::getline(lines, line);) {
        if (!line.starts_with(name)) continue;
        const auto rest = trimmed_line(std::string_view{line}.substr(name.size()));
        const auto soft = rest.substr(0, rest.find(' '));
        if (soft == "unlimited") return std::numeric_limits<std::uint64_t>::max();
        return number_in(soft);
    }
    return std::nullopt;
}

std::optional<pid_t> holder_of(const Machine& machine, const std::filesystem::path& file) {
    struct stat facts {};

    const auto locks = text_at(machine, "proc/locks");
    if (!locks || ::stat(file.c_str(), &facts) != 0) return std::nullopt;
    std::istringstream lines(*locks);
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string number;
        std::string kind;
        std::string advisory;
        std::string access;
        std::string process;
        std::string where;
        words >> number >> kind >> advisory >> access >> process >> where;
        const auto id = number_in(process);
        if (kind == "FLOCK" && id && names_file(machine, where, process, facts)) {
            return static_cast<pid_t>(*id);
        }
    }
    return std::nullopt;
}

std::string file_system_of(const Machine& machine, const std::filesystem::path& place) {
    const auto mounts = text_at(machine, "proc/self/mountinfo");
    std::error_code unknown;
    const auto whole = std::filesystem::canonical(place, unknown).string();
    if (!mounts || unknown) return {};
    std::string type;
    std::size_t longest = 0;
    std::istringstream lines(*mounts);
    for (std::string line; std::getline(lines, line);) {
        // 36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw
        std::istringstream words(line);
        std::string word;
        std::string mount;
        for (int at = 0; at < 5; ++at) words >> mount;
        while (words >> word && word != "-") {
        }
        words >> word;
        mount = unescaped(mount);
        // Of two on the same place the later one hides the other.
        if (!mount.empty() && lies_below(whole, mount) && mount.size() >= longest) {
            longest = mount.size();
            type = word;
        }
    }
    return type;
}

}  // namespace rookery::cli
