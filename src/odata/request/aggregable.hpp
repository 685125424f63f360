// Which columns and names an aggregation may have, whichever way it is written.
#pragma once

#include "base/result.hpp"
#include "query/aggregation.hpp"
#include "schema/schema.hpp"

#include <string_view>

namespace rookery::odata {

/// The column of that wire name, if it may be grouped by and aggregated: what may be filtered by. Errc: unknown_property,
/// malformed; sealed_in_query for every caller, since a number of tokens, the least of them or the unlike ones tell of them.
[[nodiscard]] Result<const schema::Column*> aggregable(
    const schema::Table& table, std::string_view name
);

/// One more term, of this name. Errc: duplicate_alias; malformed for what is no name, and for too many terms.
[[nodiscard]] Result<> check_new_name(
    const messages::Aggregation& aggregation, std::string_view name
);

/// The same of a name that is made here, and may be none that a request could give.
[[nodiscard]] Result<> check_free_name(
    const messages::Aggregation& aggregation, std::string_view name
);

}  // namespace rookery::odata
