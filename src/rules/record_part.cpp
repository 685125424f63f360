#include "rules/record_part.hpp"

#include "base/integrity_failure.hpp"
#include "pipeline/needs.hpp"

namespace rookery::messages {

Result<access::Needs> needs_of_its_record(PlanBuilder& builder, const storage::Row& part) {
    const auto* record = part.get<storage::RowRef>("rky_record");
    if (record == nullptr) return integrity_failure();
    ROOKERY_TRY(const auto row, builder.reading.live(*schema::table(record->table), record->id));
    return needs_to_remove(*row);
}

Result<access::Needs> needs_of_a_note(PlanBuilder&, const storage::Row&) {
    return needs_of_anyone();
}

}  // namespace rookery::messages
