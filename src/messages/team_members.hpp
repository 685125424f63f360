// What AddMembersTeam and RemoveMembersTeam share: each member is a pair with the team, as Associate and Disassociate judge it.
#pragma once

#include "messages/link.hpp"
#include "pipeline/authorized.hpp"

#include <vector>

namespace rookery::messages {

/// Of whoever is a member of which team.
[[nodiscard]] const schema::Association& membership();

/// The table privilege on both ends, as for one pair.
[[nodiscard]] access::Decision admit_members(const Asker& asker, const Target& team);

/// The ends of each pair. Errc: not_found, key_not_found; invalid_argument for a member named twice; too_many_rows.
[[nodiscard]] Result<std::vector<LinkEnds>> ends_of_members(
    PlanBuilder& builder, const Target& team, const std::vector<Target>& members
);

}  // namespace rookery::messages
