// Who holds a profile that may show something in clear: nobody else reads any token. Internal to access.
#pragma once

#include "access/facts.hpp"

#include <set>
#include <vector>

namespace rookery::access {

/// The holders, by themselves or through a team, of a profile with an unmasking permission that `wanted`
/// picks. Ascending.
template <class Wanted>
std::vector<Uuid> holders_of_permission(const Facts& facts, Wanted wanted) {
    std::set<Uuid> profiles;
    for (const auto& [id, row] : facts.field_permissions().rows()) {
        if (row.unmask != UnmaskLevel::none && wanted(row)) profiles.insert(row.profile);
    }
    std::set<Uuid> out;
    for (const auto& profile : profiles) {
        facts.user_profiles().each<&UserProfile::profile>(
            profile, [&](const Uuid&, const UserProfile& pair) { out.insert(pair.user); }
        );
        facts.team_profiles().each<&TeamProfile::profile>(
            profile,
            [&](const Uuid&, const TeamProfile& pair) {
                const auto members = facts.members_of(pair.team);
                out.insert(members.begin(), members.end());
            }
        );
    }
    return {out.begin(), out.end()};
}

}  // namespace rookery::access
