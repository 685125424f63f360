// Examples of the values of every shape: tests walk them, and one of them says that none is left out.
#pragma once

#include "schema/column_type.hpp"
#include "storage/value.hpp"
#include "storage/value_codec.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace rookery::storage::test {

inline Instant at_ms(std::int64_t ms) { return Instant{std::chrono::milliseconds{ms}}; }

/// Of each shape but that of null, in the order in which they sort.
inline const std::vector<std::vector<Value>>& value_examples() {
    static const std::vector<std::vector<Value>> out = {
        {false, true},
        {std::int64_t{-7}, std::int64_t{0}, std::int64_t{255}, std::int64_t{256}},
        {Fraction{-1'250'000}, Fraction{-1}, Fraction{}, Fraction{1}, Fraction{700'000}},
        {std::string("a"), std::string("a\0b", 3), std::string("ab"), std::string("Grüße\0x", 9)},
        {Uuid{{1}}, Uuid{{2}}},
        {RowRef{4, Uuid{{9}}}, RowRef{5, Uuid{{1}}}},
        {at_ms(-6847804800000), at_ms(-1), at_ms(0), at_ms(1)},
        {SealedValue{5, Bytes(216, 9)}},
        {Digest{1, 2, 3}},
    };
    return out;
}

/// One of a shape; null when it has no values.
inline Value value_of(schema::Shape shape) {
    for (const auto& values : value_examples()) {
        if (shape_of(values.back()) == shape) return values.back();
    }
    return {};
}

}  // namespace rookery::storage::test
