// RekeyScope: which data keys a re-key replaces. What a row says in clear of its data key decides, so the same question can
// be asked again of every row at the end, and of a row that was replaced already.
#pragma once

#include "storage/data_key_mark.hpp"

#include <cstdint>

namespace rookery::messages {

struct RekeyScope {
    std::uint32_t version = 0;  // the KEK that is to be the oldest one
    std::uint32_t under = 0;    // of a compromise of one KEK: that one; 0: every data key

    /// A data key that was wrapped anew does not say where it began: it counts as one that has been under every older KEK.
    [[nodiscard]] bool takes(const storage::DataKeyMark& mark) const {
        const auto kek = mark.kek.version;
        if (under == 0) return kek < version || mark.wrap_generation != 0;
        return kek == under || (kek > under && mark.wrap_generation != 0);
    }
};

}  // namespace rookery::messages
