// The variables that the program reads, as rows: help lists them, and nothing else asks the environment.
#pragma once

#include "base/result.hpp"
#include "cli/options/takes.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace rookery::cli {

enum class Variable : std::uint8_t {
    url,
    ca,
    token_file,
    credentials_directory,
    runtime_directory,
};

struct VariableInfo {
    Variable variable;
    const char* name;
    Takes takes;
    std::string_view about;
};

/// Every row, in the order of the enumeration.
[[nodiscard]] std::span<const VariableInfo> variables();

/// Its value; empty when it is not set. Errc::usage when it has a credential's own form, without a word of it.
[[nodiscard]] Result<std::string> value_of(Variable variable);

/// The variable that libcurl takes the proxy for an https URL from; empty when none is set. Its value is not for
/// anybody's eyes: it may hold a password.
[[nodiscard]] std::string_view proxy_variable();

/// TERM=dumb: no cursor moves there.
[[nodiscard]] bool terminal_is_dumb();

}  // namespace rookery::cli
