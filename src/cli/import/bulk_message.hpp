// The messages that an import writes with, and their bodies. A body holds tokens, and is wiped.
#pragma once

#include "base/zeroing_allocator.hpp"
#include "cli/import/planned_row.hpp"

#include <span>
#include <string>
#include <string_view>

namespace rookery::cli {

inline constexpr std::string_view secret_set = "msdyn_octwitterhandlesecrets";
inline constexpr std::string_view handle_set = "msdyn_octwitterhandles";

/// A message over many rows, all or none, and how it writes a row.
struct BulkMessage {
    std::string_view set;
    std::string_view name;
    void (*append)(WipedBuffer& out, const PlannedRow& row);

    [[nodiscard]] std::string path() const;
    [[nodiscard]] WipedBuffer body(std::span<PlannedRow* const> rows) const;
};

/// A handle row as the body of a create.
void append_handle(WipedBuffer& out, const PlannedRow& row);
/// A record: all of it when it is new, else what the file may change.
void append_record(WipedBuffer& out, const PlannedRow& row);

inline constexpr BulkMessage create_handles{handle_set, "CreateMultiple", append_handle};
inline constexpr BulkMessage create_records{secret_set, "CreateMultiple", append_record};
inline constexpr BulkMessage upsert_records{secret_set, "UpsertMultiple", append_record};

}  // namespace rookery::cli
