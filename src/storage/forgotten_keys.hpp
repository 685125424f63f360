// Making sure that what was removed from a store is in no file of it either, if its engine keeps files.
#pragma once

#include "base/result.hpp"
#include "storage/store.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace rookery::storage {

/// A Store of an engine that keeps files, in which what was removed stays for a while. Errc of each: unavailable of a store
/// that is open for reading only; io. Thread-safe.
class ForgetsKeys {
 public:
    virtual ~ForgetsKeys() = default;
    /// Names the present state: what is durable by now was there when it was taken. Kept over a new opening.
    [[nodiscard]] virtual std::uint64_t mark() const = 0;
    /// Puts into files what is in memory. False: not now, since somebody still reads a state from before the mark, or keeps
    /// files.
    [[nodiscard]] virtual Result<bool> begin_forgetting(std::uint64_t mark) = 0;
    /// Writes the files anew that hold the first keys of the range, about one of the lowest level with what lies above it,
    /// without what was removed from them. What is left of the range; nothing: that was the last part.
    [[nodiscard]] virtual Result<std::optional<KeyRange>> forget_part(const KeyRange& range) = 0;
    /// Whether the files of before are gone, and no write-ahead log has anything from before the mark.
    [[nodiscard]] virtual Result<bool> has_forgotten(std::uint64_t mark) = 0;
};

/// 0 of a store without files, which has nothing to forget.
[[nodiscard]] std::uint64_t mark_of(const Store& store);

/// What was removed from some ranges before a mark, forgotten a part at a time.
class Forgetting {
 public:
    enum class State : std::uint8_t {
        more,   // another step does another part
        waits,  // for somebody who still reads a state from before, or keeps files
        done,   // it is in no file
    };

    Forgetting(std::vector<KeyRange> ranges, std::uint64_t mark)
        : ranges_(std::move(ranges)), mark_(mark) {}

    /// The same store with each step. What was done stays done while one waits. Errc: those of ForgetsKeys.
    [[nodiscard]] Result<State> step(Store& store);

 private:
    std::vector<KeyRange> ranges_;  // what is left of each
    std::uint64_t mark_;
    std::size_t at_ = 0;
    bool begun_ = false;
};

}  // namespace rookery::storage
