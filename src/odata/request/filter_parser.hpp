// $filter → messages::Filter ("Filter rows using OData"). Recursive descent with a bounded depth.
#pragma once

#include "base/result.hpp"
#include "odata/request/query_options.hpp"
#include "query/filter.hpp"
#include "schema/schema.hpp"

#include <string_view>

namespace rookery::odata {

inline constexpr int filter_depth_max = 32;   // parentheses and nots around one term
inline constexpr int filter_terms_max = 500;  // comparisons and functions

/// Errc: malformed, unknown_property, sealed_in_query (for every caller), unsupported (navigation
/// paths, lambdas). No message repeats a literal: it may be a token.
[[nodiscard]] Result<messages::Filter> parse_filter(
    const schema::Table& table, std::string_view text, const QueryOptions& options
);

/// The column of that wire name that may be filtered or sorted by.
[[nodiscard]] Result<const schema::Column*> filterable(
    const schema::Table& table, std::string_view name
);

/// "Could not find a property named 'x' on type …"
[[nodiscard]] Error no_such_property(const schema::Table& table, std::string_view name);

}  // namespace rookery::odata
