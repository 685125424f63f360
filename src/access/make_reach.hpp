// make_reach: puts together what a user may do from the rows that say so. For the cache of Facts;
// everybody else asks Facts::reach.
#pragma once

#include "access/facts.hpp"
#include "access/reach.hpp"

namespace rookery::access {

/// `row` is the user's in `facts`.
[[nodiscard]] Reach make_reach(const Uuid& user, const User& row, const Facts& facts);

}  // namespace rookery::access
