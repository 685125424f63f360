// How many relationships a query goes through, and to which tables.
#pragma once

#include "query/query.hpp"

#include <cstddef>
#include <vector>

namespace rookery::messages {

/// One lookup that several conditions or orders go through is one join; each any and all is one more.
inline constexpr std::size_t joins_max = 15;

[[nodiscard]] std::size_t joins(const Query& query);
[[nodiscard]] std::size_t joins(const Filter& filter);

/// The tables that the query's filter, order and joins lead to, each once; not its own, and not those that it shows.
[[nodiscard]] std::vector<const schema::Table*> tables_joined(const Query& query);

/// Whether the query depends on the teams that its caller is in.
[[nodiscard]] bool asks_for_callers_teams(const Query& query);

/// Whether the query goes through a collection, of whose rows there may be many.
[[nodiscard]] bool asks_for_many(const Query& query);

}  // namespace rookery::messages
