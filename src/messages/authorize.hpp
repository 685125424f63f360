// authorize: a message up to the point where all that it would do is decided: admission, then its steps in
// order. What the pipeline carries out, and what rky_ExplainAccess only tells of.
#pragma once

#include <optional>
#include <vector>

#include "access/decide.hpp"
#include "messages/authorized.hpp"
#include "messages/planning.hpp"

namespace rookery::messages {

/// Why a message goes no further.
struct Stopped {
    Error error;                               // for the caller
    std::optional<access::Decision> decision;  // that was made last; a refusal unless something else is in the way
    std::optional<Step> step;                  // that it was made for; nothing: the message as a whole
};

[[nodiscard]] tl::expected<std::vector<Authorized>, Stopped> authorize(Planning& planning);

}  // namespace rookery::messages
