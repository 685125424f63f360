// The types of columns: what each is called, how its values are held, and what may be done with it. One row
// a type; whoever stores, reads or shows a value asks for its shape and knows no types.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string_view>

namespace rookery::schema {

enum class Type : std::uint8_t {
    uid,      // Edm.Guid
    text,     // String and Memo, at most length_max code points
    integer,  // Edm.Int32 within min..max
    bigint,   // Edm.Int64
    real,     // Edm.Double within min..max, with at most `precision` digits after the point
    boolean,
    choice,      // Picklist: one of options
    state,       // statecode
    status,      // statuscode; each option names its state
    datetime,    // Edm.DateTimeOffset, whole seconds
    lookup,      // one or several target tables; on the wire _name_value and a navigation property
    owner,       // systemuser or team
    entityname,  // logical name; derived, not an OData property
    virtual_text,  // owneridname and its kind: in the metadata, not an OData property, not stored
    sealed,        // a token: no code path for $filter, $orderby, sync or logging accepts it
    managed,  // a managed property, which the vault says: an object with a flag; derived, never stored
    digest,  // a keyed hash of a credential: never rendered, never written by a message
};

/// How values are held, whatever column they are of: one alternative of storage::Value each, with the
/// forms that value_codec.cpp gives it.
enum class Shape : std::uint8_t {
    none,
    uid,
    text,
    number,
    fraction,
    flag,
    moment,
    reference,
    sealed,
    digest,
};

/// What $filter makes of a column, where its flags let it.
enum class Filtering : std::uint8_t { none, equality, order };

/// What a column's row must say of its values.
enum class Limit : std::uint8_t { none, length, range, options };

struct TypeRow {
    Type type;
    std::string_view name;  // in docs/formats/schema.json
    Shape shape;
    std::string_view edm;  // "Edm.Guid"
    Filtering filtering;
    Limit limit = Limit::none;
    bool property = true;  // may be an OData property
};

// clang-format off
inline constexpr TypeRow type_rows[] = {
    {Type::uid,          "uid",        Shape::uid,       "Edm.Guid",           Filtering::equality},
    {Type::text,         "text",       Shape::text,      "Edm.String",         Filtering::order, Limit::length},
    {Type::integer,      "integer",    Shape::number,    "Edm.Int32",          Filtering::order, Limit::range},
    {Type::bigint,       "bigint",     Shape::number,    "Edm.Int64",          Filtering::order, Limit::range},
    {Type::real,         "double",     Shape::fraction,  "Edm.Double",         Filtering::order, Limit::range},
    {Type::boolean,      "boolean",    Shape::flag,      "Edm.Boolean",        Filtering::equality, Limit::range},
    {Type::choice,       "choice",     Shape::number,    "Edm.Int32",          Filtering::order, Limit::options},
    {Type::state,        "state",      Shape::number,    "Edm.Int32",          Filtering::order, Limit::options},
    {Type::status,       "status",     Shape::number,    "Edm.Int32",          Filtering::order, Limit::options},
    {Type::datetime,     "datetime",   Shape::moment,    "Edm.DateTimeOffset", Filtering::order},
    {Type::lookup,       "lookup",     Shape::reference, "Edm.Guid",           Filtering::equality},
    {Type::owner,        "owner",      Shape::reference, "Edm.Guid",           Filtering::equality},
    {Type::entityname,   "entityname", Shape::text,      "Edm.String",         Filtering::none, Limit::none, false},
    {Type::virtual_text, "virtual",    Shape::none,      "Edm.String",         Filtering::none, Limit::length, false},
    {Type::sealed,       "sealed",     Shape::sealed,    "Edm.String",         Filtering::none, Limit::length},
    {Type::managed,      "managed",    Shape::flag,      "BooleanManagedProperty", Filtering::none},
    {Type::digest,       "digest",     Shape::digest,    "Edm.String",         Filtering::none, Limit::none, false},
};

// clang-format on

constexpr bool types_in_order() {
    for (std::size_t i = 0; i < std::size(type_rows); ++i) {
        if (static_cast<std::size_t>(type_rows[i].type) != i) return false;
    }
    return true;
}

static_assert(types_in_order(), "row_of finds a type's row by its place");

[[nodiscard]] constexpr const TypeRow& row_of(Type type) {
    return type_rows[static_cast<std::size_t>(type)];
}

}  // namespace rookery::schema
