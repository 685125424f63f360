// Who comes nearer to plaintext by a change. Issuing a credential is reading: whoever may hand out
// credentials, memberships, roles or profiles could otherwise read every token through a user made
// for it. One rule for all such writes, by comparing what is with what would be.
//
// Called by messages before a write of access facts is planned; a result that is not empty needs
// prvrkyGrantUnmask, and the caller himself may never be in it.
#pragma once

#include "access/facts.hpp"

#include <span>
#include <vector>

namespace rookery::access {

/// The users who in `after` are enabled, may read some sealed column in clear, and for whom one of
/// these is more than it was in `before`:
///   - the unmask level of a sealed column,
///   - the rows they may read of a table with such a column (depth, units, teams that could own),
///   - being enabled,
///   - identities (Entra object, application) that lead to them,
///   - valid credentials: a new one, a longer one, one bound to another or no certificate.
/// Ascending. A unit that is new does not count: no row was in it.
[[nodiscard]] std::vector<Uuid> unmask_gain(const Facts& before, const Facts& after);

/// The same, looking only at users whom `changes` (those that lead from before to after) can touch.
[[nodiscard]] std::vector<Uuid> unmask_gain(
    const Facts& before, const Facts& after, std::span<const FactChange> changes
);

/// Whether the user has a right on rows, a privilege or a sealed column in `after` that he did not
/// have in `before`. New units do not count, as above.
[[nodiscard]] bool has_more_rights(const Uuid& user, const Facts& before, const Facts& after);

}  // namespace rookery::access
