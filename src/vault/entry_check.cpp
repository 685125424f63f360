#include "vault/entry_check.hpp"

#include "schema/schema.hpp"
#include "storage/row_codec.hpp"
#include "storage/row_key.hpp"

#include <algorithm>

namespace rookery::messages {

Result<std::optional<EntryFinding>> check_entry(
    const View& view, const audit::Event& event, std::uint64_t index
) {
    using Kind = audit::FindingKind;
    const auto nothing = std::optional<EntryFinding>{};
    if (event.outcome != audit::Outcome::success || !event.record || !event.row_versions) {
        return nothing;
    }
    const auto* table = schema::table(event.table);
    // A pair that ended leaves nothing, and begins anew when it is made again.
    if (table == nullptr || table->outside || table->intersect) return nothing;
    const storage::RowRef ref{table->id, *event.record};
    ROOKERY_TRY(const auto value, view.store()->get(storage::Family::rows, storage::row_key(ref)));
    const auto by = "entry " + std::to_string(index);
    const auto after = event.row_versions->after;
    const auto left = " left it with version " + std::to_string(after);
    if (!value) {
        return EntryFinding{Kind::missing, ref, "the row is gone, and " + by + left, std::nullopt};
    }
    const auto stored = storage::decode(*table, ref.id, *value, view.keys().authenticator);
    if (!stored) return nothing;
    const auto is = std::visit([](const auto& row) { return row.row_version; }, *stored);
    const auto tag = std::visit([](const auto& row) { return row.tag; }, *stored);
    if (is < after) {
        return EntryFinding{
            Kind::older,
            ref,
            "the row has version " + std::to_string(is) + ", and " + by + left,
            tag};
    }
    if (is == after && event.row_tag &&
        !std::equal(event.row_tag->begin(), event.row_tag->end(), tag.begin())) {
        return EntryFinding{
            Kind::disagrees, ref, "the row is not the one that " + by + " tells of", tag};
    }
    return nothing;
}

}  // namespace rookery::messages
