// PairPosition: where a page of a join begins, whose rows come once with each of those that they are shown with.
#pragma once

#include "base/uuid.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::messages {

/// The rows of a pair beside its first: for each link the id of its row, nil where there is none, and behind that row those of
/// its own links. Pairs of one row are in the order of these.
using PairIds = std::vector<Uuid>;

/// Behind the row of this key; and of `row`, if it is the next one, behind this pair. What was removed or added meanwhile moves
/// nothing.
struct PairPosition {
    std::string key;  // empty: at the beginning
    Uuid row;         // nil: at its first pair, whichever it is
    PairIds pair;
};

/// For a paging token.
[[nodiscard]] std::string to_bytes(const PairPosition& position);
/// Nothing for what to_bytes did not make.
[[nodiscard]] std::optional<PairPosition> pair_position(std::string_view bytes);

}  // namespace rookery::messages
