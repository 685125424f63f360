// Gifts: what a write hands to somebody, judged by what it adds and not by what he had already. Nobody
// gives what he does not hold: a role to a user or team, a privilege into a held role, a place in a team
// that has roles, profiles or shares, a role that becomes inherited, a move between units, a wider access mode, a
// credential or an identity for somebody, enabling a user or a unit. What is disabled counts as enabled.
//
// Internal to access; effect asks.
#pragma once

#include "access/caller.hpp"
#include "access/facts.hpp"
#include "base/result.hpp"

#include <optional>
#include <span>
#include <vector>

namespace rookery::access {

/// A privilege as its new holder has it. Basic reaches the holder's own rows, or with `own` false only
/// those of the team that holds the role; the other depths are measured from `unit`.
struct PrivilegeGift {
    const schema::Privilege* privilege = nullptr;
    schema::Depth depth = schema::Depth::none;
    Uuid unit;
    bool own = true;
};

/// Errc::grant_unmask_denied, in the one text that it has.
[[nodiscard]] Error grant_needed();

class Gifts {
 public:
    /// What `changes`, which lead from before to after, hand to anybody. A credential for the giver himself
    /// hands him nothing.
    Gifts(
        const Uuid& giver, const Facts& before, const Facts& after,
        std::span<const FactChange> changes
    );

    /// The first gift that he may not make, as an error for him; nothing when he may all.
    ///   grant_unmask_denied  plaintext or prvrkyGrantUnmask, which he does not hold
    ///   missing_privilege    anything else
    [[nodiscard]] std::optional<Error> beyond(const Person& giver, const Facts& before) const;

    /// Somebody is given prvrkyGrantUnmask or a column in clear.
    [[nodiscard]] bool plaintext() const;
    /// Somebody is given what administers.
    [[nodiscard]] bool administration() const;

 private:
    friend class GiftFinder;

    std::vector<PrivilegeGift> privileges_;
    std::vector<FieldPermission> columns_;
    bool system_administrator_ = false;
};

}  // namespace rookery::access
