// $filter → messages::Filter ("Filter rows using OData"). Recursive descent with a bounded depth.
#pragma once

#include "base/result.hpp"
#include "odata/request/query_options.hpp"
#include "query/filter.hpp"
#include "schema/schema.hpp"

#include <string_view>

namespace rookery::odata {

inline constexpr int filter_depth_max = 32;         // parentheses and nots around one term
inline constexpr int filter_terms_max = 500;        // comparisons and functions
inline constexpr std::size_t lambda_depth_max = 4;  // any and all in one another

/// Properties may be of rows that a lookup leads to (`nav/prop`), and any and all speak of collections. Errc: malformed
/// (also for more relationships than messages::joins_max), unknown_property, sealed_in_query (for every caller),
/// unsupported for what lookup_hop and collection_hop say, and within any and all for properties of another row than
/// the innermost variable's and for query functions. No message repeats a literal: it may be a token.
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
