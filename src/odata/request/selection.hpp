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

/// The form of what an element of $select or $expand names, before it is looked for: an empty one, a path, and one that
/// stands for many are told by what they are, since they are no names to repeat. Errc: malformed, unsupported.
[[nodiscard]] Result<> check_select_element(std::string_view element);
[[nodiscard]] Result<> check_expand_element(std::string_view name);

/// Whether $select may name it.
[[nodiscard]] bool is_selectable(const schema::Table& table, std::string_view name);

/// Errc as parse_select, and sealed_in_query.
[[nodiscard]] Result<std::vector<messages::OrderBy>> parse_orderby(
    const schema::Table& table, std::string_view text
);

/// A page at most. Errc::malformed.
[[nodiscard]] Result<std::uint32_t> parse_top(std::string_view text);

}  // namespace rookery::odata
