// One way in which a right of a user reaches a row, or a privilege reaches him.
#pragma once

#include "base/uuid.hpp"
#include "schema/schema.hpp"

#include <cstdint>

namespace rookery::access {

struct Path {
    enum class Rule : std::uint8_t { owner, team, role };

    Rule rule = Rule::owner;
    Uuid id;    // the owning team, or the role
    Uuid role;  // that gives the privilege
    Uuid team;  // that holds the role; nil: the user himself
    schema::Depth depth = schema::Depth::none;
};

}  // namespace rookery::access
