// The rows of the table `audit`: the entries of the log, each made a row when it is read. What an entry says of a row is
// shown; values are not, but for ids.
#pragma once

#include "audit/log_reader.hpp"
#include "pipeline/view.hpp"
#include "storage/row.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace rookery::messages {

/// A version 8 GUID: the first half of the event's own id, then the index of its entry. So a row is found by one read, and
/// the id of an entry that another history of the log had at this index names nothing. Of an entry that cannot be read the
/// first half is zero.
[[nodiscard]] Uuid audit_id(std::uint64_t index, const Uuid& event);
/// Nothing for an id that is none of an entry.
[[nodiscard]] std::optional<std::uint64_t> index_of_audit(const Uuid& id);

/// Which row an entry is about: of a pair the one at its first end, which the pair is a change of.
struct AuditedRow {
    std::string_view table;  // a logical name, into the event or the schema; empty: about none
    std::optional<Uuid> id;
};

/// The id that an entry has for a column: after the change, or if there is none before it.
[[nodiscard]] std::optional<Uuid> logged_id(const audit::Event& event, std::string_view column);

[[nodiscard]] AuditedRow audited_row(const audit::Event& event);

[[nodiscard]] std::shared_ptr<const storage::Row> audit_row(const audit::FoundEntry& found);

/// The entry of that id; nothing when there is none. Errc::integrity for one that cannot be read.
[[nodiscard]] Result<std::optional<audit::LogRecord>> find_audit(const View& view, const Uuid& id);

/// Why nothing of the log is ever deleted. Errc::built_in_protected.
[[nodiscard]] Error log_is_kept();

}  // namespace rookery::messages
