#include "cli/output/json_text.hpp"

#include "cli/output/code_points.hpp"
#include "cli/output/console.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string_view>

namespace rookery::cli {
namespace {

constexpr std::uint32_t replacement = 0xFFFD;

/// As UTF-16, the way JSON escapes what is beyond the first plane.
template <class Out>
void append_json_escape(Out& out, std::uint32_t code) {
    if (code < 0x10000) {
        fmt::format_to(std::back_inserter(out), "\\u{:04x}", code);
        return;
    }
    const auto rest = code - 0x10000;
    fmt::format_to(
        std::back_inserter(out),
        "\\u{:04x}\\u{:04x}",
        0xD800 + (rest >> 10U),
        0xDC00 + (rest & 0x3FFU)
    );
}

/// What deceives stands inside of strings: around them there are no controls and nothing beyond ASCII.
template <class Out>
Out escaped_json(std::string_view json) {
    Out out;
    out.reserve(json.size());
    while (!json.empty()) {
        std::uint32_t code = 0;
        const auto length = decode_utf8(json, code);
        const auto character = json.substr(0, std::max<std::size_t>(length, 1));
        if (length == 0) {
            append_json_escape(out, replacement);
        } else if (deceives(code)) {
            append_json_escape(out, code);
        } else {
            out.insert(out.end(), character.begin(), character.end());
        }
        json.remove_prefix(character.size());
    }
    return out;
}

}  // namespace

std::string json_text(const nlohmann::json& value) {
    return escaped_json<std::string>(
        value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)
    );
}

WipedBuffer json_text(std::string_view json) { return escaped_json<WipedBuffer>(json); }

Result<void> print_json(const nlohmann::json& value) { return print(json_text(value) + "\n"); }

}  // namespace rookery::cli
