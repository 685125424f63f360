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
#include <vector>

namespace rookery::messages {

struct EntryFinding {
    audit::FindingKind kind = audit::FindingKind::older;
    std::optional<storage::RowRef> row;  // none: the entry itself
    std::string what;
    std::optional<Digest> tag;  // of the row that is there, if one is
};

/// What is not as the entry says. Nothing of a row that is newer, or that is damaged, which is found among the rows.
/// Errc: those of reading the store.
[[nodiscard]] Result<std::vector<EntryFinding>> check_entry(
    const View& view, const audit::Event& event, std::uint64_t index
);

}  // namespace rookery::messages
