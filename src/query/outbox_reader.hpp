// What waits to be pushed. No event: an entry names a record and says nothing of it.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "ledger/outbox.hpp"
#include "pipeline/view.hpp"
#include "schema/schema.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace rookery::messages {

// An entry that the ledger cannot have written is passed over and counted: it must not hold up the
// others. `rookery verify` names it.

/// At most `limit` entries of a table, ids ascending, those after `after` only.
[[nodiscard]] Result<std::vector<ledger::OutboxEntry>> read_outbox(
    const View& view, schema::TableId table, const std::optional<Uuid>& after, std::size_t limit
);

/// The record's entry, if it has one. Errc::integrity for one that the ledger did not write.
[[nodiscard]] Result<std::optional<ledger::OutboxEntry>> outbox_entry(
    const View& view, const storage::RowRef& record
);

struct Parked {
    std::vector<ledger::OutboxEntry> entries;
    std::uint64_t more = 0;  // beyond these, counted up to 100,000
};

/// The first `limit` entries that are parked. Walks the outbox, about a microsecond an entry.
[[nodiscard]] Result<Parked> read_parked(const View& view, std::size_t limit);

struct OutboxCounts {
    std::uint64_t due = 0;
    std::uint64_t parked = 0;
    std::uint64_t damaged = 0;
    bool at_least = false;              // more than 100,000 entries: the rest was not looked at
    std::optional<Instant> oldest_due;  // log time of the earliest change that is due
};

[[nodiscard]] Result<OutboxCounts> count_outbox(const View& view);

/// Whether the record was here and was removed: its tombstone says so, which carries a tag. A row that
/// is merely not there was taken from the disk, or never was. Errc::integrity for a damaged one.
[[nodiscard]] Result<bool> was_removed(const View& view, const storage::RowRef& record);

}  // namespace rookery::messages
