// execute: Authorized steps → writes, events and the reply. Takes nothing but Authorized.
#pragma once

#include <vector>

#include "messages/authorized.hpp"
#include "messages/planning.hpp"

namespace rookery::messages {

[[nodiscard]] Result<MessageReply::Body> execute(
    Planning& planning, std::vector<Authorized> steps
);

}  // namespace rookery::messages
