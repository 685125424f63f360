// Who may be one person: a token is shown to whoever makes it, so its maker can act as its user. What
// nobody may do for himself he may not do through those either.
#pragma once

#include "access/caller.hpp"
#include "access/facts.hpp"

#include <vector>

namespace rookery::access {

/// The caller; whom he can act as by live credentials that he made, and those who can be acted as by theirs;
/// and who can act as him: the maker of the credential that he calls with, and whoever made a live one
/// of that maker. Ascending, without the vault's own users. Whoever else such a maker can act as is not among
/// them: he would be every user for whom the first administrator ever made a token.
[[nodiscard]] std::vector<Uuid> one_person(const Person& caller, const Facts& facts, Instant now);

/// The same by every credential that there ever was, revoked and expired ones too: for what takes two people. Whoever
/// made a token for somebody could have made himself another one with it, which outlives the first.
[[nodiscard]] std::vector<Uuid> one_person_ever(const Person& caller, const Facts& facts);

// Of everybody whom a caller calls for.
[[nodiscard]] std::vector<Uuid> one_person(const Caller& caller, const Facts& facts, Instant now);
[[nodiscard]] std::vector<Uuid> one_person_ever(const Caller& caller, const Facts& facts);

/// Good at this time: not revoked, not of an older counter, not over.
[[nodiscard]] bool is_live(const Credential& credential, const Facts& facts, Instant now);

}  // namespace rookery::access
