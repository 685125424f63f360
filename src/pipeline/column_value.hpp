// What a column takes: the one check of a value on its way into a row, whether it stood in a body or in
// the key of a URL. Looks at no row; what depends on rows is left to the planner. Pure, thread-safe.
#pragma once

#include "base/result.hpp"
#include "pipeline/input.hpp"

#include <cstdint>
#include <string_view>
#include <variant>

namespace rookery::messages {

/// A value as a request says it, of its column's type already. A text is a view: what is too long for a
/// token takes no locked memory.
using Given = storage::ValueWith<std::string_view, Target>;

/// The value as an Input holds it: an empty text is null, the value of a sealed column SecretBytes, that
/// of an alternate key without the blanks around it. Errc: masked_write, invalid_argument
/// (stray_characters.hpp), too_long, out_of_range, bad_choice, bad_state, required_null. Messages name the
/// column, never the value. Precondition: texts are valid UTF-8.
[[nodiscard]] Result<InputValue> column_value(
    const schema::Table& table, const schema::Column& column, Given given
);

/// Errc::out_of_range, also for a number that no int64 and no fraction holds.
[[nodiscard]] Error outside_range(const schema::Table& table, const schema::Column& column);

}  // namespace rookery::messages
