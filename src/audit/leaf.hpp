// Leaf: the 84 public bytes of an entry. It commits to the details and says nothing about them.
//
//   u8 format 2 || u8 kind (1 event, 2 genesis) || u16 flags 0 || u64 index || u64 log time ms ||
//   core_commit 32 || priv_commit 32
//
// In format 2 core_commit binds the details to the index: bind_core. Format 1, which did not, is read
// and no more written; no leaf of format 1 follows one of format 2.
#pragma once

#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"

#include <cstdint>

namespace rookery::audit {

struct Leaf {
    static constexpr std::size_t size = 84;

    enum class Kind : std::uint8_t { event = 1, genesis = 2 };

    static constexpr std::uint8_t newest_format = 2;

    std::uint8_t format = newest_format;
    Kind kind = Kind::event;
    std::uint64_t index = 0;
    Instant time{};  // log time: never decreases along the log
    Digest core_commit{};
    Digest priv_commit{};

    friend bool operator==(const Leaf&, const Leaf&) = default;
};

/// SHA-256("sv1.audit.bind" || 0x00 || u64 index || commitment). The commitment itself is on no disk: it
/// takes the details to make it again for another index.
[[nodiscard]] Digest bind_core(std::uint64_t index, const Digest& commitment);

/// Of opened details: what stands in the leaf for them, by its format.
[[nodiscard]] Digest core_commit_in(const Leaf& leaf, const Digest& commitment);

[[nodiscard]] ByteArray<Leaf::size> encode(const Leaf& leaf);
/// Errc::integrity for another length, format, kind or flag, and for a genesis anywhere but at index
/// 0 or an event there.
[[nodiscard]] Result<Leaf> parse_leaf(ByteView bytes);

}  // namespace rookery::audit
