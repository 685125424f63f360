// Whether an index entry can lead to a row that a caller may read, by the owner that it names, or because that very row
// is shared with him.
#pragma once

#include "access/scope.hpp"

#include <string_view>

namespace rookery::messages {

/// False when the scope has no row of the owner that the value of an entry names. True where it names none, as most
/// entries do: then the row itself has to be looked at. False only where Scope::admits is false: who widens the one widens the other.
[[nodiscard]] bool may_hold(
    const access::Scope& scope, std::string_view entry_key, std::string_view entry_value
);

}  // namespace rookery::messages
