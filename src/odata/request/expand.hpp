// $expand of rows (dataverse: "Join tables"): which navigation properties are shown with each row, and what of the rows
// that they lead to.
#pragma once

#include "base/result.hpp"
#include "odata/request/render_context.hpp"
#include "query/query.hpp"
#include "schema/schema.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::odata {

inline constexpr std::size_t expand_bytes_max = 8192;  // of the option's text
inline constexpr std::size_t expand_clauses_max = 15;  // navigation properties of one request
inline constexpr std::size_t expand_levels_max = 5;    // of one $expand in another

struct Expanded {
    std::vector<messages::Expansion> expansions;
    std::vector<ExpandedName> names;  // for the answer, in the same order
    std::string context;              // for the context URL
};

/// `shown`: what is asked for of every row, its columns apart. Errc: unknown_property, malformed, skip_unsupported,
/// sealed_in_query; unsupported for rows of other products' tables, for paths, and for $filter and $expand of a lookup
/// of several tables.
[[nodiscard]] Result<Expanded> parse_expand(
    const schema::Table& table, std::string_view text, const messages::Selection& shown
);

}  // namespace rookery::odata
