#include "vault/entry_check.hpp"

#include "audit/rekeyed_rows.hpp"
#include "schema/schema.hpp"
#include "storage/row_codec.hpp"
#include "storage/row_key.hpp"

#include <algorithm>

namespace rookery::messages {
namespace {

using Kind = audit::FindingKind;

/// What an entry left behind.
struct Left {
    storage::RowRef row;
    std::uint64_t version = 0;
    std::optional<ByteArray<16>> tag;  // the first half of it
};

bool begins_with(const Digest& tag, const ByteArray<16>& half) {
    return std::equal(half.begin(), half.end(), tag.begin());
}

Result<std::optional<EntryFinding>> check_left(
    const View& view, const schema::Table& table, const Left& left, std::uint64_t index,
    bool may_be_gone
) {
    const auto nothing = std::optional<EntryFinding>{};
    const auto& ref = left.row;
    ROOKERY_TRY(const auto value, view.store()->get(storage::Family::rows, storage::row_key(ref)));
    const auto by = "entry " + std::to_string(index);
    const auto with = " left it with version " + std::to_string(left.version);
    if (!value) {
        if (may_be_gone) return nothing;
        return EntryFinding{Kind::missing, ref, "the row is gone, and " + by + with, std::nullopt};
    }
    const auto stored = storage::decode(table, ref.id, *value, view.keys().authenticator);
    if (!stored) return nothing;
    const auto is = std::visit([](const auto& row) { return row.row_version; }, *stored);
    const auto tag = std::visit([](const auto& row) { return row.tag; }, *stored);
    if (is < left.version) {
        return EntryFinding{
            Kind::older,
            ref,
            "the row has version " + std::to_string(is) + ", and " + by + with,
            tag};
    }
    if (is == left.version && left.tag && !begins_with(tag, *left.tag)) {
        return EntryFinding{
            Kind::disagrees, ref, "the row is not the one that " + by + " tells of", tag};
    }
    return nothing;
}

/// A pair that ended leaves nothing, and begins anew when it is made again; so does a row share.
bool is_compared(const schema::Table* table) {
    return table != nullptr && !table->outside && !table->intersect && !table->comes_back;
}

Result<std::vector<EntryFinding>> check_rekeyed(
    const View& view, const audit::Event& event, std::uint64_t index
) {
    std::vector<EntryFinding> out;
    const auto rows = audit::rekeyed_rows(event);
    if (!rows) {
        out.push_back(
            {Kind::damaged,
             std::nullopt,
             "an entry that does not name the rows that it is about",
             std::nullopt}
        );
        return out;
    }
    for (const auto& row : *rows) {
        const auto* table = schema::table(row.table);
        if (!is_compared(table)) continue;
        const Left left{{row.table, row.record}, row.row_version, row.tag};
        // The entry that made a row tells of it when it is gone.
        ROOKERY_TRY(auto found, check_left(view, *table, left, index, true));
        if (found) out.push_back(*std::move(found));
    }
    return out;
}

}  // namespace

Result<std::vector<EntryFinding>> check_entry(
    const View& view, const audit::Event& event, std::uint64_t index
) {
    if (event.action == audit::Action::rekey_progress) return check_rekeyed(view, event, index);
    std::vector<EntryFinding> out;
    if (event.outcome != audit::Outcome::success || !event.record || !event.row_versions) {
        return out;
    }
    const auto* table = schema::table(event.table);
    if (!is_compared(table)) return out;
    const Left left{{table->id, *event.record}, event.row_versions->after, event.row_tag};
    ROOKERY_TRY(auto found, check_left(view, *table, left, index, false));
    if (found) out.push_back(*std::move(found));
    return out;
}

}  // namespace rookery::messages
