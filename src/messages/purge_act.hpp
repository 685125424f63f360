// What the two acts of a purge share.
#pragma once

#include "messages/purge_cursor.hpp"
#include "pipeline/authorized.hpp"

#include <string_view>

namespace rookery::messages {

/// The record of a purge: neither of the two when it is deleted already.
struct ToPurge {
    RowPtr live;
    KeptPtr kept;  // it lies in the recycle bin

    /// As it is or was; null when nobody knows.
    [[nodiscard]] const storage::Row* row() const { return kept ? &kept->row : live.get(); }
};

/// Errc::not_found when there never was one.
[[nodiscard]] Result<ToPurge> record_to_purge(PlanBuilder& builder, const storage::RowRef& record);

/// Of the table before a row is read; of the row. Of one that is deleted already (null) nobody knows any more whose it was:
/// only who may delete everybody's may purge it.
[[nodiscard]] access::Needs needs_to_purge(const schema::Table& table);
[[nodiscard]] access::Needs needs_to_purge(const storage::RowRef& ref, const storage::Row* record);

/// As check_version; a record that is deleted already has no version. Errc::version_mismatch, duplicate_id.
[[nodiscard]] Result<void> check_version_to_purge(
    const Preconditions& preconditions, const storage::Row* record
);

/// What the log says of a person's word. `act`: "request" or "approve".
void record_purge_act(
    PlanBuilder& builder, const access::Decision& decision, const PurgeCursor& purge,
    const Uuid& job, std::string_view act
);

}  // namespace rookery::messages
