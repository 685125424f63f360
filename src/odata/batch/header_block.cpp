#include "odata/batch/header_block.hpp"

#include "odata/batch/ascii.hpp"

#include <string>

namespace rookery::odata::batch {
namespace {

bool is_token(std::string_view name) {
    constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
    const auto allowed = [&](char c) {
        const char l = lower(c);
        return (l >= 'a' && l <= 'z') || (c >= '0' && c <= '9') ||
               marks.find(c) != std::string_view::npos;
    };
    return !name.empty() && std::ranges::all_of(name, allowed);
}

bool is_value(std::string_view value) {
    return std::ranges::none_of(value, [](char c) {
        return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F;
    });
}

}  // namespace

Result<HeaderBlock> HeaderBlock::read(std::string_view& rest) {
    HeaderBlock out;
    std::size_t bytes = 0;
    while (!rest.empty()) {
        const auto line = take_line(rest);
        if (line.empty()) break;
        bytes += line.size();
        if (bytes > header_bytes_max || out.headers_.size() == headers_max) {
            return fail(Errc::malformed, "A part of the batch has too many or too large headers.");
        }
        const auto colon = line.find(':');
        const auto name = line.substr(0, colon);
        if (colon == std::string_view::npos || !is_token(name) || !is_value(line)) {
            return fail(Errc::malformed, "A part of the batch has a header that is not one.");
        }
        out.headers_.push_back({name, trimmed(line.substr(colon + 1))});
    }
    return out;
}

const std::string_view* HeaderBlock::find(std::string_view name) const {
    const auto found = std::ranges::find_if(headers_, [&](const PartHeader& header) {
        return same_text(header.name, name);
    });
    return found == headers_.end() ? nullptr : &found->value;
}

std::size_t HeaderBlock::count(std::string_view name) const {
    return static_cast<std::size_t>(std::ranges::count_if(headers_, [&](const PartHeader& header) {
        return same_text(header.name, name);
    }));
}

}  // namespace rookery::odata::batch
