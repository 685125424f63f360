#include "odata/request/utf8.hpp"

#include <algorithm>
#include <cstdint>

namespace rookery::odata {

std::size_t code_points(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) {
        return (static_cast<std::uint8_t>(c) & 0xC0U) != 0x80U;
    }));
}

std::string_view showable(std::string_view name) {
    const auto plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '.' || c == '@' || c == '$' || c == '-';
    };
    const bool fine = !name.empty() && name.size() <= 128 && std::ranges::all_of(name, plain);
    return fine ? name : std::string_view{"(name not shown)"};
}

}  // namespace rookery::odata
