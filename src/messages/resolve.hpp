// resolve: Message → Steps. Reads rows, follows alternate keys, turns an upsert into a create or an
// update, collects what a delete takes with it, and says what each step needs to be allowed.
// Its results are not for the caller's eyes until access::decide allowed each of them.
#pragma once

#include <vector>

#include "messages/planning.hpp"
#include "messages/step.hpp"

namespace rookery::messages {

/// What must be allowed before a single row is read: a caller without the table's privilege learns
/// nothing, in the same time and text.
[[nodiscard]] access::Decision admit(const Planning& planning);

[[nodiscard]] Result<std::vector<Step>> resolve(Planning& planning);

}  // namespace rookery::messages
