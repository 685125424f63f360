// Dataverse's query functions in a $filter: `Microsoft.Dynamics.CRM.LastXDays(PropertyName='createdon',
// PropertyValue=7)`. Which there are is the table of query/operators.hpp.
#pragma once

#include "base/result.hpp"
#include "odata/request/lexer.hpp"
#include "odata/request/query_options.hpp"
#include "query/filter.hpp"
#include "schema/schema.hpp"

#include <cstddef>
#include <string_view>
#include <vector>

namespace rookery::odata {

/// Whether a word in a filter is the name of such a function, whether there is one or not.
[[nodiscard]] bool is_query_function(std::string_view word);

/// Values in the lists of one filter, all together and each as often as it is used: more than a URL has room for
/// without parameter aliases.
inline constexpr std::size_t filter_values_max = 2000;

/// Reads the function whose name stands at `next`, and moves `next` behind its parenthesis. Takes what it lists
/// from `values_left`. Parameters come in any order, as literals or through aliases. Errc: malformed (also for a
/// function that is not built, which is said), unknown_property, sealed_in_query. No message repeats a value.
[[nodiscard]] Result<messages::Filter> read_query_function(
    const schema::Table& table, const std::vector<Token>& tokens, std::size_t& next,
    const QueryOptions& options, std::size_t& values_left
);

}  // namespace rookery::odata
