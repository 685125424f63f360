// TOML into typed values, strictly: used for the configuration file and the presets.
// The one place that catches toml++'s exception and turns it into an Error with its line.
#pragma once

#include "base/result.hpp"

#include <toml++/toml.h>

#include <string_view>

namespace rookery::cli {

/// Errc::usage with file name, line and column. `name` is for messages only.
[[nodiscard]] Result<toml::table> parse_toml(std::string_view text, std::string_view name);
/// Errc::not_found, Errc::io, Errc::usage. At most 1 MiB.
[[nodiscard]] Result<std::string> read_text_file(const std::string& path);

/// "rookery.toml:12"
[[nodiscard]] std::string position(std::string_view name, const toml::node& node);

}  // namespace rookery::cli
