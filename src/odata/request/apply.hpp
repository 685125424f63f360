// $apply: filters, and then one aggregation ("Aggregate data using OData").
#pragma once

#include "base/result.hpp"
#include "odata/request/query_options.hpp"
#include "query/aggregation.hpp"
#include "query/filter.hpp"
#include "schema/schema.hpp"

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace rookery::odata {

inline constexpr std::size_t apply_bytes_max = 8192;

struct Applied {
    std::optional<messages::Filter> filter;
    messages::Aggregation aggregation;
    std::vector<messages::Join> joins;  // of the lookups that its paths go through
};

/// `filter(…)/groupby((c1,nav/c2),aggregate(c3 with sum as s,$count as n))`, and parts of it; a group by `nav/c2` is called
/// `<table>_c2`. `options`: whose parameter aliases
/// the filter may name. Errc: malformed, unknown_property, sealed_in_query (for every caller), duplicate_alias,
/// unsupported (other transformations), what lookup_hop says.
[[nodiscard]] Result<Applied> parse_apply(
    const schema::Table& table, std::string_view text, const QueryOptions& options
);

/// $orderby beside $apply: of group keys. Errc::malformed, and for an aggregate what Dataverse says.
[[nodiscard]] Result<std::vector<messages::GroupOrder>> parse_group_order(
    const messages::Aggregation& aggregation, std::string_view text
);

}  // namespace rookery::odata
