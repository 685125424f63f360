// LogState: what the next append continues from; the state row, written with every batch.
//
//   u8(2) || u64 size || root 32 || u64 last time ms || u64 checkpoint size || u8 n || n × 32 frontier
//   (lowest set bit of size first)
#pragma once

#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "merkle/frontier.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rookery::audit {

struct LogState {
    merkle::Frontier frontier;
    Instant last_time{};
    // Entries that the newest published checkpoint covers; nothing in format 1, which did not say.
    std::optional<std::uint64_t> checkpoint_size = 0;

    [[nodiscard]] std::uint64_t size() const { return frontier.size(); }

    friend bool operator==(const LogState&, const LogState&) = default;
};

[[nodiscard]] std::string encode(const LogState& state);
/// The same for who has the frontier's root at hand: it costs a hash per set bit of the size.
[[nodiscard]] std::string encode(const LogState& state, const Digest& root);
/// Errc::integrity, also when the root does not follow from the frontier. Errc::newer_format for a
/// format number that this program does not know.
[[nodiscard]] Result<LogState> parse_log_state(std::string_view row);

}  // namespace rookery::audit
