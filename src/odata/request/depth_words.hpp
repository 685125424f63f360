// The words of the API for the depth of a privilege.
#pragma once

#include "schema/schema.hpp"

#include <string_view>
#include <utility>

namespace rookery::odata {

inline constexpr std::pair<std::string_view, schema::Depth> depth_words[] = {
    {"Basic", schema::Depth::basic},
    {"Local", schema::Depth::local},
    {"Deep", schema::Depth::deep},
    {"Global", schema::Depth::global},
};

/// Precondition: not Depth::none.
[[nodiscard]] constexpr std::string_view depth_word(schema::Depth depth) {
    for (const auto& [word, one] : depth_words) {
        if (one == depth) return word;
    }
    return {};
}

}  // namespace rookery::odata
