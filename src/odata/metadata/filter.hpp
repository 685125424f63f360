// $filter over definitions: comparisons of primitive properties with constants, joined by and, or, not and parentheses.
#pragma once

#include "base/result.hpp"
#include "odata/metadata/definition.hpp"
#include "odata/request/query_options.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::odata::metadata {

inline constexpr int filter_nesting_max = 16;        // parentheses and nots around one comparison
inline constexpr std::size_t comparisons_max = 100;  // in one filter
inline constexpr std::size_t selected_names_max = 200;  // in one $select

/// `RequiredLevel/Value`, `sdkmessageid/name`: which value of a definition is looked at.
struct ValuePath {
    std::optional<std::size_t> navigation;  // single-valued
    std::size_t property = 0;
    std::vector<std::string_view> members;  // of complex values, from the outermost on
    std::string_view type;                  // of what is at its end
};

struct Filter {
    enum class Kind : std::uint8_t { comparison, all, any, negation };
    enum class Operator : std::uint8_t { eq, ne, gt, ge, lt, le };

    Kind kind = Kind::all;
    std::vector<Filter> parts;  // of all, any and negation
    ValuePath path;
    Operator compares = Operator::eq;
    Value literal;
};

/// Errc: malformed (syntax, a literal of another type, a value that is not primitive, beyond the limits), unknown_property,
/// unsupported (functions).
[[nodiscard]] Result<Filter> read_filter(
    const EntityType& type, std::string_view text, const QueryOptions& options
);

/// null equals null alone, and is neither greater nor less than anything. Texts compare without case.
[[nodiscard]] bool matches(const Filter& filter, const Definition& definition);

/// "Could not find a property named 'x' on type …"
[[nodiscard]] Error no_such_property(const EntityType& type, std::string_view name);

}  // namespace rookery::odata::metadata
