// Deletion: what is known of the request that put a row into the recycle bin. Part of the row's own bytes, under its tag.
#pragma once

#include "base/clock.hpp"
#include "base/uuid.hpp"
#include "storage/value.hpp"

#include <vector>

namespace rookery::storage {

struct Deletion {
    Uuid id;       // all rows that one request deleted have the same
    Instant at{};  // by the millisecond, like the next
    Instant until{};
    std::vector<RowRef>
        with;  // the rows in the bin that went because this one did, in the order of their removal

    friend bool operator==(const Deletion&, const Deletion&) = default;
};

}  // namespace rookery::storage
