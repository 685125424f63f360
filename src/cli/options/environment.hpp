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

}  // namespace rookery::cli
