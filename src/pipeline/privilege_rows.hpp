// The rows of the table privilege.
#pragma once

#include "pipeline/made_rows.hpp"

namespace rookery::messages {

[[nodiscard]] MadeRows privilege_rows();

}  // namespace rookery::messages
