// What a view can tell of a range without a walk through it, if its engine keeps files.
#pragma once

#include "storage/store.hpp"

#include <cstdint>

namespace rookery::storage {

/// A StoreView of an engine that keeps files.
class TellsSizes {
 public:
    virtual ~TellsSizes() = default;
    /// About how many bytes of files the range takes: not what was written last and is in memory yet, and with what was
    /// removed or replaced lately. Thread-safe.
    [[nodiscard]] virtual std::uint64_t bytes_in_files(const KeyRange& range) const = 0;
};

/// The same. Zero of any other view.
[[nodiscard]] std::uint64_t bytes_in_files(const StoreView& view, const KeyRange& range);

}  // namespace rookery::storage
