// The rows of the log in Family::log: entries, published checkpoints and the state. One prefix byte
// each, then a big-endian number, so that a scan of a prefix has the log's order.
//
//   entry        0x01 || u64 index  →  leaf 84 || u8 n || n × 32 nodes || u32 len || core row ||
//                                      u32 len || priv row
//   checkpoint   0x02 || u64 size   →  signed note
//   state        0x03               →  log_state.hpp
//   hand-over    0x04 || u64 size   →  signed note, handover.hpp
//
// The nodes are those that the leaf completes, its own hash first: every node of the tree lies beside
// the leaf that completed it, and one point read fetches it.
#pragma once

#include "audit/leaf.hpp"
#include "base/bytes.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace rookery::audit {

inline constexpr char entry_prefix = 0x01;
inline constexpr char checkpoint_prefix = 0x02;
inline constexpr char state_prefix = 0x03;
inline constexpr char handover_prefix = 0x04;

/// One row to put into Family::log.
struct LogRow {
    std::string key;
    std::string value;
};

[[nodiscard]] std::string entry_key(std::uint64_t index);
[[nodiscard]] std::string checkpoint_key(std::uint64_t size);
[[nodiscard]] std::string state_key();

/// The number in an entry or checkpoint key; nothing for any other key.
[[nodiscard]] std::optional<std::uint64_t> number_of(char prefix, std::string_view key);

/// An entry's row, split; everything points into it.
struct EntryView {
    ByteView leaf;
    ByteView nodes;  // n × 32
    ByteView core_row;
    ByteView priv_row;

    [[nodiscard]] std::size_t node_count() const { return nodes.size() / 32; }

    /// Precondition: level < node_count().
    [[nodiscard]] Digest node(std::size_t level) const;
};

[[nodiscard]] std::string entry_value(
    ByteView leaf, std::span<const Digest> nodes, ByteView core_row, ByteView priv_row
);
/// Lengths only: they must fill the row exactly and there is at least one node. Errc::integrity.
[[nodiscard]] Result<EntryView> split_entry(std::string_view value);

}  // namespace rookery::audit
