// What is left of a name when everything is taken away that may be drawn as nothing, as a blank or as little else.
// For names that must not pass for another. Letters of another script that look alike are not found
// (Unicode Technical Standard 39 has tables of those).
#pragma once

#include <string>
#include <string_view>

namespace rookery::storage {

/// The letters, their marks and the digits, case-folded, in NFKC. Empty for what is not UTF-8. For names of bounded length:
/// it takes the square of the number of marks.
[[nodiscard]] std::string bare_name(std::string_view name);

}  // namespace rookery::storage
