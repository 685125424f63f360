// The sync outbox: one entry per changed record, coalesced to the newest version, written in the
// commit that changed the record. It never holds an image: whoever reads it loads the record through
// the pipeline like any other caller. Format: docs/formats/outbox.md.
#pragma once

#include "ledger/pending.hpp"
#include "storage/store.hpp"
#include "storage/value.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace rookery::ledger {

/// Keys of the outbox in Family::meta begin with this.
inline constexpr std::string_view outbox_prefix = "outbox/";

struct OutboxEntry {
    storage::RowRef record;
    std::uint64_t versionnumber = 0;
    OutboxOperation operation = OutboxOperation::none;
    OutboxState state = OutboxState::due;
    Instant changed{};  // log time of the change
};

/// Every entry, by table and id.
[[nodiscard]] storage::KeyRange whole_outbox();
[[nodiscard]] std::string outbox_key(const storage::RowRef& record);
/// The entry's value; its record is in the key.
[[nodiscard]] std::string outbox_value(const OutboxEntry& entry);
/// Errc::integrity for anything that outbox_key and outbox_value did not write.
[[nodiscard]] Result<OutboxEntry> parse_outbox_entry(std::string_view key, std::string_view value);

}  // namespace rookery::ledger
