// The parameters of a function, whichever way they are given.
#pragma once

#include "base/result.hpp"
#include "odata/request/lexer.hpp"
#include "odata/request/query_options.hpp"

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace rookery::odata {

struct Parameter {
    std::string_view name;
    std::string_view alias;                // by which it can be given without parentheses
    std::string_view type = "Edm.String";  // in $metadata
};

struct Function {
    std::string_view name;
    std::span<const Parameter> parameters;
};

/// Takes one parameter's value; false when it is not one, or in conflict with another.
using SetParameter = std::function<bool(std::string_view name, const Token& value)>;

/// Errc::malformed, in the one text that it has. Values are not repeated.
[[nodiscard]] tl::unexpected<Error> wrong_parameter(
    const Function& function, std::string_view name
);

/// `(A=@a,B=literal)` with aliases or literals, each at most once; or no parentheses and aliases alone.
/// What is null or an alias without a value is not set. Errc::malformed.
[[nodiscard]] Result<> read_parameters(
    const Function& function, std::optional<std::string_view> arguments,
    const QueryOptions& options, const SetParameter& set
);

}  // namespace rookery::odata
