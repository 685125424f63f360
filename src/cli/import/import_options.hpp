// What an import is told to do.
#pragma once

#include <cstddef>

namespace rookery::cli {

struct ImportOptions {
    bool take_over = false;         // records of another owner are assigned, not left
    bool skip_existing = false;     // records that are there are left as they are
    std::size_t batch_rows = 1000;  // what one message changes at most
    unsigned workers = 2;
};

}  // namespace rookery::cli
