// JSON for stdout, from every command that prints any.
#pragma once

#include "base/result.hpp"
#include "base/zeroing_allocator.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>

namespace rookery::cli {

/// One line without its end. What a terminal would not show as what it is (code_points.hpp) stands as
/// \uXXXX, so that a name in it is as safe to look at as to parse; bytes that are not UTF-8 become
/// U+FFFD.
[[nodiscard]] std::string json_text(const nlohmann::json& value);

/// The same with JSON that is a text already and holds secrets.
[[nodiscard]] WipedBuffer json_text(std::string_view json);

/// That line on stdout. Errc::io when stdout is gone or full.
[[nodiscard]] Result<void> print_json(const nlohmann::json& value);

}  // namespace rookery::cli
