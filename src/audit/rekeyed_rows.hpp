// The rows of one entry of a re-key: a batch of rows that got another tag, and nothing that a client sees, has one entry,
// which names each of them with the version and the tag that it has from then on.
//
//   extras "rows", "rows.1", "rows.2" = 24 × row at most
//   row = u16 table || 16 id || u64 row version || first 16 bytes of the tag
#pragma once

#include "audit/event.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace rookery::audit {

struct RekeyedRow {
    std::uint16_t table = 0;
    Uuid record;
    std::uint64_t row_version = 0;  // after it
    ByteArray<16> tag{};            // after it

    friend bool operator==(const RekeyedRow&, const RekeyedRow&) = default;
};

/// An entry has room for so many, whatever else it says.
inline constexpr std::size_t rekeyed_rows_max = 64;

/// Precondition: at most rekeyed_rows_max.
void add_rekeyed_rows(Event& event, std::span<const RekeyedRow> rows);

/// Those of an entry of action rekey_progress and outcome success, none of any other. Nothing when what it says is not a
/// list of rows.
[[nodiscard]] std::optional<std::vector<RekeyedRow>> rekeyed_rows(const Event& event);

/// Whether it is one of them.
[[nodiscard]] bool is_rekeyed_by(const Event& event, const Uuid& record);

}  // namespace rookery::audit
