// The forms of a value: its bytes in a row, bytes that sort as it does, and what it is where only plain
// values are known. One struct a shape in the source; whoever needs a form asks here and names no
// shape of his own. Pure; thread-safe.
#pragma once

#include "base/bytes.hpp"
#include "schema/column_type.hpp"
#include "storage/value.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

namespace rookery::storage {

/// Shape::none for null. A value of another shape than its column's is a bug.
[[nodiscard]] schema::Shape shape_of(const Value& value);

/// How many bytes put_value writes.
[[nodiscard]] std::size_t size_of(const Value& value);
/// The bytes that a row keeps. Throws std::logic_error for null, and for what no vault may store: text
/// that is not UTF-8, a lookup to no known table, an empty sealed object.
void put_value(StringWriter& out, const Value& value);
/// The one value that put_value writes as these bytes; nothing when there is none.
[[nodiscard]] std::optional<Value> read_value(schema::Shape shape, ByteView bytes);

/// Appends bytes that sort as the values do, none of which begins another of the same shape. False for
/// what counts as null: a text of blanks. Throws std::logic_error for a token or a digest.
[[nodiscard]] bool put_ordered(std::string& out, const Value& value);

/// A value as JSON, CBOR and people have it: ids and times are texts, a lookup is the id it leads to.
using PlainValue = std::variant<std::monostate, bool, std::int64_t, Fraction, std::string>;

/// Throws std::logic_error for a token or a digest, which have no such form.
[[nodiscard]] PlainValue plain(const Value& value);

}  // namespace rookery::storage
