// Making sure that what was removed from a store is in no file of it either, if its engine keeps files.
#pragma once

#include "base/result.hpp"
#include "storage/store.hpp"

#include <cstdint>
#include <span>

namespace rookery::storage {

/// A Store of an engine that keeps files, in which what was removed stays for a while.
class ForgetsKeys {
 public:
    virtual ~ForgetsKeys() = default;
    /// Names the present state: what is durable by now was there when it was taken. Kept over a new opening.
    [[nodiscard]] virtual std::uint64_t mark() const = 0;
    /// Writes the files that hold the keys anew, without what was removed from them before the mark. False: not now, since
    /// somebody still reads an older state, or keeps files. Errc: unavailable of a store that is open for reading only; io.
    /// Takes as long as the ranges are wide. Thread-safe.
    [[nodiscard]] virtual Result<bool> forget(
        std::span<const KeyRange> ranges, std::uint64_t mark
    ) = 0;
};

/// The same; a store without files has nothing to forget.
[[nodiscard]] std::uint64_t mark_of(const Store& store);
[[nodiscard]] Result<bool> forget(
    Store& store, std::span<const KeyRange> ranges, std::uint64_t mark
);

}  // namespace rookery::storage
