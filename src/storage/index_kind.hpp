// What the makers of index entries have in common; docs/formats/index.md.
#pragma once

#include <cstdint>
#include <string_view>

namespace rookery::storage {

/// On disk: never renumber.
enum class IndexKind : std::uint8_t { reference = 1, ordered = 2, key = 3, name = 4, kept = 5 };

inline constexpr std::string_view owner_column = "ownerid";

}  // namespace rookery::storage
