// The ids of users and teams, which are principals alike.
#pragma once

#include "access/facts.hpp"
#include "base/result.hpp"

namespace rookery::messages {

/// Of a new one. Facts tell the two kinds apart, and whoever reads an id does not: Errc::duplicate_id for that of a user
/// or of a team.
[[nodiscard]] Result<void> check_principal_id(const access::Facts& facts, const Uuid& id);

}  // namespace rookery::messages
