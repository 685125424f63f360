// How a table's file writes its columns: one short call per column, and `compose`, which joins a
// table's own columns with the standard ones. Used by src/schema only, at compile time.
#pragma once

#include "schema/fixed_text.hpp"
#include "schema/schema.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

namespace rookery::schema {

// The usual sets of flags.
inline constexpr std::uint8_t read_only = can::read | can::filter | can::odata;
inline constexpr std::uint8_t create_only = read_only | can::create;
inline constexpr std::uint8_t writable = create_only | can::update;
/// Shown in the metadata, not an OData property.
inline constexpr std::uint8_t metadata_only = can::read;

/// What every builder takes first: Label{2, "msdyn_name", "msdyn_name", "Name"}.
struct Label {
    ColumnId id;
    std::string_view name;
    std::string_view schema_name;
    std::string_view display_name;
    std::string_view description = {};
};

constexpr Column column_row(
    Label label, Type type, std::uint8_t flags, Required required = Required::none
) {
    Column out;
    out.id = label.id;
    out.name = label.name;
    out.schema_name = label.schema_name;
    out.display_name = label.display_name;
    out.description = label.description;
    out.type = type;
    out.flags = flags;
    out.required = required;
    return out;
}

constexpr Column described(Column column, std::string_view description) {
    column.description = description;
    return column;
}

/// No form of a client shows it.
constexpr Column off_forms(Column column) {
    column.on_forms = false;
    return column;
}

/// The table's key; the caller may choose it on create.
constexpr Column primary_id(Label label, std::uint8_t flags = create_only) {
    if (label.description.empty()) label.description = "Unique identifier for entity instances";
    return off_forms(column_row(
        label, Type::uid, static_cast<std::uint8_t>(flags | can::row_id), Required::system
    ));
}

constexpr Column uid(Label label, std::uint8_t flags) {
    return column_row(label, Type::uid, flags);
}

constexpr Column text(
    Label label, std::uint32_t length_max, std::uint8_t flags, Required required = Required::none
) {
    auto out = column_row(label, Type::text, flags, required);
    out.length_max = length_max;
    return out;
}

/// A token: never filterable.
constexpr Column sealed(Label label, std::uint32_t length_max, Required required = Required::none) {
    auto out = column_row(
        label, Type::sealed, can::read | can::create | can::update | can::odata, required
    );
    out.length_max = length_max;
    return out;
}

constexpr Column integer(
    Label label, std::uint8_t flags, std::int64_t min = std::numeric_limits<std::int32_t>::min(),
    std::int64_t max = std::numeric_limits<std::int32_t>::max(), Required required = Required::none
) {
    auto out = column_row(label, Type::integer, flags, required);
    out.min = min;
    out.max = max;
    return out;
}

constexpr Column bigint(Label label, std::uint8_t flags) {
    auto out = column_row(label, Type::bigint, flags);
    out.min = std::numeric_limits<std::int64_t>::min();
    out.max = std::numeric_limits<std::int64_t>::max();
    return out;
}

constexpr Column real(
    Label label, std::uint8_t precision, std::int64_t min, std::int64_t max, std::uint8_t flags,
    Required required = Required::none
) {
    auto out = column_row(label, Type::real, flags, required);
    out.precision = precision;
    out.min = min;
    out.max = max;
    return out;
}

/// The same in every row, as the vault is made: never stored.
constexpr Column always(Column column, std::int64_t value) {
    column.derived = true;
    column.initial = value;
    column.has_initial = true;
    return column;
}

constexpr Column always(Column column, std::string_view text) {
    column.derived = true;
    column.constant = text;
    return column;
}

/// Whether something may be done with the row, as whoever reads it says.
constexpr Column managed(Label label) {
    auto out = column_row(label, Type::managed, can::read | can::odata, Required::system);
    out.derived = true;
    return off_forms(out);
}

enum class Initially : std::uint8_t { no, yes };

constexpr Column boolean(
    Label label, std::uint8_t flags, Initially initially = Initially::no,
    Required required = Required::none
) {
    auto out = column_row(label, Type::boolean, flags, required);
    out.max = 1;
    out.initial = initially == Initially::yes ? 1 : 0;
    out.has_initial = true;
    return out;
}

/// Without a default.
constexpr Column choice(
    Label label, std::span<const Option> options, std::uint8_t flags,
    Required required = Required::none
) {
    auto out = column_row(label, Type::choice, flags, required);
    out.options = options;
    return out;
}

constexpr Column choice(
    Label label, std::span<const Option> options, std::int64_t initial, std::uint8_t flags,
    Required required
) {
    auto out = choice(label, options, flags, required);
    out.initial = initial;
    out.has_initial = true;
    return out;
}

constexpr Column datetime(
    Label label, std::uint8_t flags, std::string_view format = "DateAndTime"
) {
    auto out = column_row(label, Type::datetime, flags);
    out.date_format = format;
    return out;
}

/// `name` is a template argument because `_name_value` is derived from it. The navigation property
/// is the column's name unless another is given.
template <FixedText name>
constexpr Column lookup(
    ColumnId id, std::string_view schema_name, std::string_view display_name,
    std::span<const std::string_view> targets, std::uint8_t flags,
    Required required = Required::none, std::string_view nav = {}
) {
    auto out =
        column_row({id, joined<name>, schema_name, display_name}, Type::lookup, flags, required);
    out.targets = targets;
    out.nav = nav.empty() ? joined<name> : nav;
    out.value_name = joined<"_", name, "_value">;
    return out;
}

/// One end of an N:N row: on the wire a plain Guid property without navigation.
template <FixedText name>
constexpr Column link_end(
    ColumnId id, std::string_view display_name, std::span<const std::string_view> target
) {
    auto out = lookup<name>(id, joined<name>, display_name, target, read_only, Required::system);
    out.nav = {};
    out.value_name = joined<name>;
    return out;
}

template <std::size_t N>
struct ComposedColumns {
    std::array<Column, N> rows{};
    std::array<std::uint16_t, N> by_name{};
};

/// Own and standard columns in one list, ascending by id, with the index by name.
template <std::size_t... sizes>
constexpr auto compose(const std::array<Column, sizes>&... groups) {
    ComposedColumns<(sizes + ...)> out;
    auto* to = out.rows.data();
    ((to = std::copy(groups.begin(), groups.end(), to)), ...);
    std::sort(out.rows.begin(), out.rows.end(), [](const Column& a, const Column& b) {
        return a.id < b.id;
    });
    for (std::size_t i = 0; i < out.by_name.size(); ++i) {
        out.by_name[i] = static_cast<std::uint16_t>(i);
    }
    std::sort(out.by_name.begin(), out.by_name.end(), [&](std::uint16_t a, std::uint16_t b) {
        return name_precedes(out.rows[a].name, out.rows[b].name);
    });
    return out;
}

}  // namespace rookery::schema
