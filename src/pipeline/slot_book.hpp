// SlotBook: the ways into an open vault, as they are told to who may know: by whoever opened it or changed them. No secret
// is in it, and nothing that would help to guess one. Thread-safe.
#pragma once

#include "base/clock.hpp"
#include "base/thread_annotations.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace rookery::messages {

/// A root key slot as it says itself what it is.
struct KnownSlot {
    std::uint16_t id = 0;
    std::string kind;     // "key file"
    std::string label;    // what the administrator called it
    std::string details;  // of the kind: "any 2 of 3 shares of the set …"
    Instant created{};
    std::uint32_t root_generation = 0;
    bool opened = false;  // the vault was opened with it this time
};

class SlotBook {
 public:
    /// Ascending by id.
    [[nodiscard]] std::vector<KnownSlot> all() const {
        const MutexLock lock(mutex_);
        return slots_;
    }

    void set(std::vector<KnownSlot> slots) {
        const MutexLock lock(mutex_);
        slots_ = std::move(slots);
    }

 private:
    mutable Mutex mutex_;
    std::vector<KnownSlot> slots_ ROOKERY_GUARDED_BY(mutex_);
};

}  // namespace rookery::messages
