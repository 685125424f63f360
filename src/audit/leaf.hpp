// Leaf: the 84 public bytes of an entry. It commits to the details and says nothing about them.
//
//   u8 format 1 || u8 kind (1 event, 2 genesis) || u16 flags 0 || u64 index || u64 log time ms ||
//   core_commit 32 || priv_commit 32
#pragma once

#include <cstdint>

#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"

namespace rookery::audit {

struct Leaf {
    static constexpr std::size_t size = 84;

    enum class Kind : std::uint8_t { event = 1, genesis = 2 };

    Kind kind = Kind::event;
    std::uint64_t index = 0;
    Instant time{};            // log time: never decreases along the log
    Digest core_commit{};
    Digest priv_commit{};

    friend bool operator==(const Leaf&, const Leaf&) = default;
};

[[nodiscard]] ByteArray<Leaf::size> encode(const Leaf& leaf);
/// Errc::integrity for another length, format, kind or flag, and for a genesis anywhere but at index
/// 0 or an event there.
[[nodiscard]] Result<Leaf> parse_leaf(ByteView bytes);

}  // namespace rookery::audit
