// One way in which a right of a user reaches a row, or a privilege reaches him.
#pragma once

#include "access/fact_rows.hpp"
#include "base/clock.hpp"
#include "base/uuid.hpp"
#include "schema/schema.hpp"

#include <cstdint>

namespace rookery::access {

struct Path {
    enum class Rule : std::uint8_t { owner, team, role, share };

    Rule rule = Rule::owner;
    Uuid id;    // the owning team, the role, or the user or team with whom the row is shared
    Uuid role;  // that gives the privilege
    Uuid team;  // that holds the role; nil: the user himself
    schema::Depth depth = schema::Depth::none;
    PrincipalKind shared_with = PrincipalKind::user;  // whose id a share's is
    Uuid share = {};                                  // its row
    Instant until = Instant::max();                   // when it ends
};

}  // namespace rookery::access
