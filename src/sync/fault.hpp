// What an error answer of the organization says, reduced to what may be kept: whoever holds it chooses
// the text, and the text could be the bearer token that we sent. A code has one form, a
// privilege's name has one form, and nothing else is taken.
#pragma once

#include <string>
#include <string_view>

namespace rookery::sync {

struct Fault {
    std::string code;               // "0x" and eight hex digits in lower case; empty: none
    std::string missing_privilege;  // "prv…", at most 93 characters; empty: none
};

/// Of the body of an answer that is no success; empty for anything that is not an OData error.
[[nodiscard]] Fault parse_fault(std::string_view body);

}  // namespace rookery::sync
