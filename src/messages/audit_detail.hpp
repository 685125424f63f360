// AuditDetail: what an entry of the log tells of a change, in the shapes of Dataverse. The log keeps the values of those
// columns alone that decide access (Table::logged): of others it is told that they changed, and of tokens no more than that.
#pragma once

#include "access/facts.hpp"
#include "audit/event.hpp"
#include "schema/schema.hpp"
#include "storage/value.hpp"

#include <optional>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

namespace rookery::messages {

/// A value as the log has it.
struct LoggedValue {
    const schema::Column* column = nullptr;
    audit::ExtraValue value;
    bool cut = false;  // a long text of which the log keeps the beginning
};

/// Null is absence.
struct AttributeDetail {
    const schema::Table* table = nullptr;
    std::vector<LoggedValue> before;
    std::vector<LoggedValue> after;
    std::vector<const schema::Column*>
        unknown;  // that were written, to values that the log does not keep
};

/// A pair of rows: the one at its other end.
struct RelationshipDetail {
    std::string_view relationship;
    storage::RowRef target;
};

/// A role's privilege, with its depth before and after.
struct PrivilegeDetail {
    const schema::Privilege* privilege = nullptr;
    std::optional<schema::Depth> before;
    std::optional<schema::Depth> after;
    Uuid unit;  // the role's; nil when it is gone
};

/// What a user or team was given of the row, and is given from then on: bits of AccessRights.
struct ShareDetail {
    access::Principal with;
    std::uint32_t before = 0;
    std::uint32_t after = 0;
};

/// monostate: an entry that tells of no change of a row.
using AuditDetail =
    std::variant<std::monostate, AttributeDetail, RelationshipDetail, PrivilegeDetail, ShareDetail>;

[[nodiscard]] AuditDetail audit_detail(const audit::Event& event, const access::Facts& facts);

/// Whether the entry says with whom its row is shared, or is no more.
[[nodiscard]] bool tells_of_share(const audit::Event& event);

/// Whether the entry tells of a change of this column.
[[nodiscard]] bool changes(const AuditDetail& detail, const schema::Column& column);

/// Leaves out what is said of these columns.
void hide(AuditDetail& detail, std::span<const schema::Column* const> columns);

struct AuditDetailReply {
    AuditDetail detail;
};

}  // namespace rookery::messages
