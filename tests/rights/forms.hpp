// How requests name and describe the rows of each table, as texts with places to fill: `~row~`.
#pragma once

#include "schema/schema.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace rookery::rights {

/// `text` with what `value` gives for each name between two tildes.
[[nodiscard]] std::string filled(
    std::string_view text, const std::function<std::string(std::string_view name)>& value
);

/// What a client sends to make and to change a row of the table.
struct Form {
    std::string_view table;
    std::string_view make;      // members of the body
    std::string_view property;  // that it changes, and to what
    std::string_view value;
    std::string_view collection =
        {};  // N:N, and partners: one to link, one whose link nobody may give but by the grant,
    std::string_view other = {};  // and one that is linked
    std::string_view guarded = {};
    std::string_view linked = {};
};

/// Of a table that is not told of there: its name, or of one that no message writes an empty body, which is refused for the
/// table's sake.
[[nodiscard]] const Form& form_of(const schema::Table& table);

}  // namespace rookery::rights
