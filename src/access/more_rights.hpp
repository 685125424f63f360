// Whether a user may do more after a change than before.
#pragma once

#include "access/facts.hpp"

namespace rookery::access {

/// Whether the user has a right on rows, a privilege or a sealed column in `after` that he did not
/// have in `before`; or one more way to what is shared (share_ways.hpp). New units do not count: no row was in them.
[[nodiscard]] bool has_more_rights(const Uuid& user, const Facts& before, const Facts& after);

}  // namespace rookery::access
