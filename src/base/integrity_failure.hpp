// The one error of every failed check of a tag, a commitment, a proof or a form: which of them it was would tell
// whoever did the damage how far he got. Only the operator is told more, by the hint.
#pragma once

#include "base/result.hpp"

namespace rookery {

[[nodiscard]] tl::unexpected<Error> integrity_failure(
    std::string hint = {}, boost::source_location where = BOOST_CURRENT_LOCATION
);

}  // namespace rookery
