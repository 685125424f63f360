// ReachCache: each user's reach, made at the first decision about him. After a change the next
// cache keeps the reaches of all users whom the change cannot touch. Thread-safe, without locks.
#pragma once

#include "access/facts.hpp"
#include "access/reach.hpp"
#include "access/sorted_chunks.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>

namespace rookery::access {

class ReachCache {
 public:
    /// Nobody's is known.
    [[nodiscard]] static ReachCache of(const Facts::Users& users);

    /// Those of `touched` are unknown again, or go with a user who is not in `users`.
    /// Precondition: `touched` is ascending and names every user who came or went.
    [[nodiscard]] ReachCache with(std::span<const Uuid> touched, const Facts::Users& users) const;

    /// The user's reach by `facts`, whose cache this is. Null for an unknown user.
    [[nodiscard]] const Reach* get(const Uuid& user, const Facts& facts) const;

 private:
    /// Shared by the caches that know it.
    struct Known {
        explicit Known(Reach made) : reach(std::move(made)) {}

        const Reach reach;
        mutable std::atomic<std::uint32_t> owners{1};
    };

    /// A pointer to a Known that is set at most once, by any thread, and that can be copied while
    /// another sets it.
    class Slot {
     public:
        Slot() = default;
        Slot(const Slot& other);
        // Of the rest: no other thread knows a slot that is written to or moved from.
        Slot(Slot&& other) noexcept;
        Slot& operator=(const Slot& other);
        Slot& operator=(Slot&& other) noexcept;
        ~Slot();

        [[nodiscard]] const Reach* get() const;
        /// What the slot holds now: `made`, or what another thread made of the same.
        const Reach* publish(std::unique_ptr<const Known> made) const;

     private:
        mutable std::atomic<const Known*> known_ = nullptr;
    };

    using Slots = SortedChunks<Uuid, Slot>;

    Slots slots_;
};

}  // namespace rookery::access
