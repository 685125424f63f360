// Deletion: what is known of the request that took a row away, of which everything is kept. Part of the row's own bytes,
// under its tag.
#pragma once

#include "base/clock.hpp"
#include "base/uuid.hpp"
#include "storage/value.hpp"

#include <cstdint>
#include <vector>

namespace rookery::storage {

/// Why the row is kept: it lies in the recycle bin, or it is retained.
enum class KeptAs : std::uint8_t { deleted, retained };

struct Deletion {
    Uuid id;          // all rows that one request took away have the same
    Instant at{};     // by the millisecond, like the next
    Instant until{};  // of a deleted row; what is retained has no time
    std::vector<RowRef>
        with;  // the rows that are kept and went because this one did, in the order of their removal
    KeptAs as = KeptAs::deleted;

    friend bool operator==(const Deletion&, const Deletion&) = default;
};

}  // namespace rookery::storage
