// Scratch: a sorted map on disk, for one pass over more than memory holds. It lies below the system's
// folder for temporary files, is not synced, and is gone when it is destroyed. Nothing secret goes in.
#pragma once

#include "base/result.hpp"
#include "storage/store.hpp"

#include <memory>
#include <string_view>

namespace rookery::storage {

class Scratch {
 public:
    /// Errc::io.
    [[nodiscard]] static Result<std::unique_ptr<Scratch>> open();

    virtual ~Scratch() = default;

    /// Errc::io. A key that is there already gets the new value.
    [[nodiscard]] virtual Result<void> put(std::string_view key, std::string_view value) = 0;
    /// Keys that begin with `prefix`, ascending, as they are now.
    [[nodiscard]] virtual std::unique_ptr<Cursor> scan(std::string_view prefix) const = 0;
};

}  // namespace rookery::storage
