// resolve: Message → Steps. Reads rows, follows alternate keys, turns an upsert into a create or an
// update, collects what a delete takes with it, and says what each step needs to be allowed.
// Its results are not for the caller's eyes until access::decide allowed each of them.
#pragma once

#include <vector>

#include "messages/planning.hpp"
#include "messages/step.hpp"

namespace rookery::messages {

[[nodiscard]] Result<std::vector<Step>> resolve(Planning& planning);

}  // namespace rookery::messages
