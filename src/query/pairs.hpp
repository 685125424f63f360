// How many rows a join is: each row once with each of the rows that it is shown with.
#pragma once

#include "pipeline/reply.hpp"

#include <cstdint>

namespace rookery::messages {

/// At least one, at most `most`.
[[nodiscard]] std::uint64_t pairs_of(const ShownRow& row, std::uint64_t most);

}  // namespace rookery::messages
