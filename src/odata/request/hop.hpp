// Navigation properties in a filter or an order: the hop that each is.
#pragma once

#include "base/result.hpp"
#include "query/filter.hpp"
#include "query/query.hpp"
#include "schema/schema.hpp"

#include <string_view>

namespace rookery::odata {

/// By a lookup, to one row. Errc: unknown_property; malformed for what is no single-valued navigation property; unsupported
/// for a lookup of several tables, and for one to another product's table.
[[nodiscard]] Result<messages::Hop> lookup_hop(const schema::Table& table, std::string_view name);

/// By a collection, to its members. Errc: likewise.
[[nodiscard]] Result<messages::Hop> collection_hop(
    const schema::Table& table, std::string_view name
);

/// Whether the query goes through no more relationships than messages::joins_max. Errc::malformed.
[[nodiscard]] Result<> check_joins(const messages::Query& query);
[[nodiscard]] Result<> check_joins(const messages::Filter& filter);

}  // namespace rookery::odata
