// The ways to rows and columns that shares are. Each counts by itself, whatever else leads there: who shares something with
// himself keeps it when the other ways are taken from him, and a share that lasts longer than another gives more.
// Internal to access.
#pragma once

#include "access/each_path.hpp"
#include "access/facts.hpp"
#include "access/reach.hpp"

namespace rookery::access {

/// Calls `use(id, share)` for each share that leads to the user and is not over.
template <class Use>
void each_share_with(const Uuid& user, const Reach& reach, const Facts& facts, const Use& use) {
    if (facts.shares().rows().empty()) return;
    const auto take = [&](const Uuid& id, const Share& share) {
        if (!share.over(facts.now()) && leads_to(share, user, reach)) use(id, share);
    };
    facts.shares().each<&Share::principal>(user, take);
    for (const auto* teams : {&reach.teams, &reach.access_teams}) {
        for (const auto& team : *teams) facts.shares().each<&Share::principal>(team, take);
    }
}

/// Whether more of a row or of a column is shared with him than was, or for longer.
[[nodiscard]] bool has_more_shared(const Uuid& user, const Facts& before, const Facts& after);

/// The same of Read of rows in whose table he reads a column in clear. What such a row holds now is not asked: a token may
/// come into it later.
[[nodiscard]] bool reads_more_shared(const Uuid& user, const Facts& before, const Facts& after);

}  // namespace rookery::access
