// What one entry of the log says of a row, against the row: the two were written in one batch, so no view of the store has
// the entry and an older row.
#pragma once

#include "audit/event.hpp"
#include "audit/finding.hpp"
#include "base/result.hpp"
#include "pipeline/view.hpp"
#include "storage/value.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace rookery::messages {

struct EntryFinding {
    audit::FindingKind kind = audit::FindingKind::older;
    storage::RowRef row;
    std::string what;
    std::optional<Digest> tag;  // of the row that is there, if one is
};

/// Nothing when the row is as new as the entry, the entry is about none, or the row is damaged, which is found among the
/// rows. Errc: those of reading the store.
[[nodiscard]] Result<std::optional<EntryFinding>> check_entry(
    const View& view, const audit::Event& event, std::uint64_t index
);

}  // namespace rookery::messages
