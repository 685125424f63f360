// The value of one column of one row. Absence is null.
#pragma once

#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "base/uuid.hpp"
#include "schema/schema.hpp"
#include "storage/fraction.hpp"

#include <compare>
#include <cstdint>
#include <string>
#include <variant>

namespace rookery::storage {

/// A row of any table; the value of a lookup.
struct RowRef {
    schema::TableId table = 0;
    Uuid id;

    friend auto operator<=>(const RowRef&, const RowRef&) = default;
};

/// A sealed column as stored: the sealed object and the row version that set it.
struct SealedValue {
    std::uint64_t value_version = 0;
    Bytes object;

    friend bool operator==(const SealedValue&, const SealedValue&) = default;
};

/// A value of any shape, where texts and references are of these types and `Others` are what only this
/// place knows: values on their way into a row have the same alternatives (pipeline/input.hpp).
template <class Text, class Reference, class... Others>
using ValueWith = std::variant<
    std::monostate, bool, std::int64_t, Fraction, Text, Uuid, Reference, Instant, Others...>;

/// One alternative for each schema::Shape.
using Value = ValueWith<std::string, RowRef, SealedValue, Digest>;

[[nodiscard]] inline bool is_null(const Value& value) {
    return std::holds_alternative<std::monostate>(value);
}

}  // namespace rookery::storage
