// The id of an intersect row follows from the pair it holds, so that a pair exists at most once and
// is found without an index.
#pragma once

#include "base/uuid.hpp"
#include "schema/schema.hpp"

namespace rookery::messages {

/// UUID version 8 from the first bytes of SHA-256("sv1.pair" || u16(table) || first || second).
[[nodiscard]] Uuid pair_id(const schema::Table& intersect, const Uuid& first, const Uuid& second);

}  // namespace rookery::messages
