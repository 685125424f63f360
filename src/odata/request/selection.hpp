// $select, $orderby and $top.
#pragma once

#include "base/result.hpp"
#include "messages/message.hpp"
#include "schema/schema.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::odata {

inline constexpr std::size_t orderby_max = 16;

struct Select {
    std::vector<const schema::Column*> columns;  // with the primary key; empty: all
    std::string names;                           // for the context URL; empty: all
};

/// Single-valued navigation properties stand for their `_x_value`. Errc: unknown_property,
/// malformed, unsupported (paths).
[[nodiscard]] Result<Select> parse_select(const schema::Table& table, std::string_view text);

/// Whether $select may name it.
[[nodiscard]] bool is_selectable(const schema::Table& table, std::string_view name);

/// Errc as parse_select, and sealed_in_query.
[[nodiscard]] Result<std::vector<messages::OrderBy>> parse_orderby(
    const schema::Table& table, std::string_view text
);

/// A page at most. Errc::malformed.
[[nodiscard]] Result<std::uint32_t> parse_top(std::string_view text);

}  // namespace rookery::odata
