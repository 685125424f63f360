#include "jobs/scrub_cursor.hpp"

#include "base/bytes.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace rookery::jobs {
namespace {

constexpr std::string_view phases[] = {"state", "rows", "index", "meta", "log"};

tl::unexpected<Error> bad_cursor() {
    return fail(Errc::integrity, "The cursor is not one that this version of the server writes.");
}

std::optional<std::uint64_t> number_of(std::string_view text) {
    std::uint64_t out = 0;
    const auto* end = text.data() + text.size();
    const auto [at, error] = std::from_chars(text.data(), end, out);
    if (text.empty() || error != std::errc{} || at != end) return std::nullopt;
    return out;
}

/// The four words of a cursor.
std::optional<std::array<std::string_view, 4>> words_of(std::string_view text) {
    std::array<std::string_view, 4> out;
    for (std::size_t i = 0; i < out.size(); ++i) {
        const auto blank = text.find(' ');
        if ((blank == std::string_view::npos) != (i + 1 == out.size())) return std::nullopt;
        out[i] = text.substr(0, blank);
        text.remove_prefix(blank == std::string_view::npos ? text.size() : blank + 1);
    }
    return out;
}

}  // namespace

std::string to_text(const ScrubCursor& cursor) {
    const std::string key = cursor.key.empty() ? "-" : to_hex(bytes_of(cursor.key));
    return std::string(phases[static_cast<std::size_t>(cursor.phase)]) + " " + key + " " +
           std::to_string(cursor.next) + " " + std::to_string(cursor.log_size);
}

Result<ScrubCursor> parse_scrub_cursor(std::string_view text) {
    if (text.empty()) return ScrubCursor{};
    const auto words = words_of(text);
    if (!words) return bad_cursor();
    const auto phase = std::ranges::find(phases, (*words)[0]);
    const auto next = number_of((*words)[2]);
    const auto log_size = number_of((*words)[3]);
    if (phase == std::end(phases) || !next || !log_size) return bad_cursor();
    ScrubCursor out;
    out.phase = static_cast<ScrubPhase>(phase - std::begin(phases));
    out.next = *next;
    out.log_size = *log_size;
    if ((*words)[1] != "-") {
        const auto key = from_hex((*words)[1]);
        if (!key || key->empty()) return bad_cursor();
        out.key = text_of(*key);
    }
    return out;
}

}  // namespace rookery::jobs
