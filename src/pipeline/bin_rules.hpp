// BinRules: for how long a deleted record can be restored. Section [recycle_bin] of the configuration.
#pragma once

#include "base/clock.hpp"
#include "storage/deletion.hpp"

#include <algorithm>
#include <chrono>

namespace rookery::messages {

struct BinRules {
    std::chrono::days keep{0};  // 0: what is deleted is gone

    [[nodiscard]] bool keeps() const { return keep.count() > 0; }
};

/// dataverse: a month at most.
inline constexpr std::chrono::days bin_keep_max{30};

/// When nobody can restore the row any more: what was said when it was deleted, or earlier if the rules have become
/// stricter. Rules that were relaxed later give no row more time than it had when it was deleted.
[[nodiscard]] inline Instant bin_end(const storage::Deletion& deletion, const BinRules& rules) {
    return std::min<Instant>(deletion.until, deletion.at + rules.keep);
}

/// Whether it can still be restored. What is retained lies in no bin.
[[nodiscard]] inline bool lies_in_bin(
    const storage::Deletion& deletion, const BinRules& rules, Instant now
) {
    return deletion.as == storage::KeptAs::deleted && now < bin_end(deletion, rules);
}

}  // namespace rookery::messages
