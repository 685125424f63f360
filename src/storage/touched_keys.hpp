// TouchedKeys: which keys the latest commits put or removed, so that guards are checked in memory.
// Kept by a store back to its oldest live view. One thread.
#pragma once

#include "storage/store.hpp"

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::storage {

class TouchedKeys {
 public:
    /// At most `keys_max` keys; above that the oldest commits are forgotten.
    explicit TouchedKeys(std::size_t keys_max) : keys_max_(keys_max) {}

    /// What the guards rely on was left alone by every commit after the guards' view, the one in
    /// the making included. False when that is no longer known. Empty guards always hold.
    [[nodiscard]] bool hold(const Guards& guards) const;

    /// A commit in the making touches the key. Families that cannot be guarded are ignored.
    void touch(Family family, std::string_view key, std::uint64_t sequence);
    /// The commit in the making became commit `sequence`.
    void keep(std::uint64_t sequence);
    /// The commit in the making never happened.
    void undo();

    /// No view before `sequence` will ask again.
    void forget_before(std::uint64_t sequence);

    [[nodiscard]] std::size_t size() const { return families_[0].size() + families_[1].size(); }

 private:
    using Keys =
        std::map<std::string, std::uint64_t, std::less<>>;  // → last commit that touched it

    struct Touch {
        std::size_t family;
        Keys::iterator key;
        std::optional<std::uint64_t> before;
    };

    struct Kept {
        std::uint64_t sequence;
        std::vector<Touch> touches;
    };

    [[nodiscard]] bool touched(const KeyRange& range, std::uint64_t since) const;
    void forget_oldest();

    std::size_t keys_max_;
    std::array<Keys, 2> families_;  // rows, rowidx
    std::vector<Touch> making_;
    std::deque<Kept> kept_;          // ascending
    std::uint64_t known_since_ = 0;  // commits above this are all here
};

}  // namespace rookery::storage
