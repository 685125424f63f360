// What counts as administration: the rights that decide what others may do. A credential may carry its
// user's rights without these, and somebody must always hold them.
#pragma once

#include "access/caller.hpp"
#include "access/facts.hpp"

namespace rookery::access {

/// Handling credentials, keys and the sync, acting for others, and every right but Read on tables whose
/// rows decide access.
[[nodiscard]] bool administers(const schema::Privilege& privilege);

/// What nobody hands on by being System Administrator: prvrkyGrantUnmask and prvrkyManageCredentials.
[[nodiscard]] bool is_ordinary(const schema::Privilege& privilege);

/// Enabled or not, some role of his administers.
[[nodiscard]] bool administers_something(const Uuid& user, const Facts& facts);

/// Enabled, in an access mode that can use it, by himself or through a team.
[[nodiscard]] bool is_system_administrator(const Uuid& user, const Facts& facts);
/// Enabled, and holds prvrkyGrantUnmask.
[[nodiscard]] bool may_grant_plaintext(const Uuid& user, const Facts& facts);

// The same of one person, as far as his credential carries it, and of a caller: of everybody he calls for.
[[nodiscard]] bool is_system_administrator(const Person& person, const Facts& facts);
[[nodiscard]] bool may_grant_plaintext(const Person& person, const Facts& facts);
[[nodiscard]] bool is_system_administrator(const Caller& caller, const Facts& facts);
[[nodiscard]] bool may_grant_plaintext(const Caller& caller, const Facts& facts);
/// Whether the person's credential carries this right of its user.
[[nodiscard]] bool carries(const Person& person, const schema::Privilege& privilege);

}  // namespace rookery::access
