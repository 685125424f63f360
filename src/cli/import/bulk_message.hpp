// The messages that an import writes with, and their bodies. A body holds tokens, and is wiped.
#pragma once

#include "base/zeroing_allocator.hpp"
#include "cli/import/work_row.hpp"

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
    void (*append)(WipedBuffer& out, const WorkRow& row);

    [[nodiscard]] std::string path() const;
    [[nodiscard]] WipedBuffer body(std::span<WorkRow* const> rows) const;
};

/// All of a handle row. Without its id if `id` is null: the server chooses one.
void append_new_handle(WipedBuffer& out, const WorkRow& row, const Uuid* id);

void append_new_handle(WipedBuffer& out, const WorkRow& row);
void append_new_record(WipedBuffer& out, const WorkRow& row);
/// What changes, and the version that it was planned for: a row that is another by now, or gone, is refused.
void append_changed_handle(WipedBuffer& out, const WorkRow& row);
void append_changed_record(WipedBuffer& out, const WorkRow& row);

inline constexpr BulkMessage create_handles{handle_set, "CreateMultiple", append_new_handle};
inline constexpr BulkMessage create_records{secret_set, "CreateMultiple", append_new_record};
inline constexpr BulkMessage update_handles{handle_set, "UpsertMultiple", append_changed_handle};
inline constexpr BulkMessage update_records{secret_set, "UpsertMultiple", append_changed_record};

}  // namespace rookery::cli
