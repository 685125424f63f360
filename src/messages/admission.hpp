// admit: what must be allowed before a single row is read.
#pragma once

#include "access/decide.hpp"
#include "messages/planning.hpp"

namespace rookery::messages {

/// A caller without the table's privilege, or without the one for an action, learns nothing, in the
/// same time and text.
[[nodiscard]] access::Decision admit(const Planning& planning);

}  // namespace rookery::messages
