#include "query/changes.hpp"

#include "access/scope.hpp"
#include "base/integrity_failure.hpp"
#include "storage/row_codec.hpp"
#include "storage/row_key.hpp"

#include <algorithm>
#include <queue>
#include <tuple>

namespace rookery::messages {
namespace {

using Part = DeltaPosition::Part;

struct Changed {
    Part part = Part::changed;
    std::uint64_t versionnumber = 0;
    Uuid id;

    friend auto operator<=>(const Changed&, const Changed&) = default;
};

/// Numbers that a restored or renamed vault passes over (vault/new_origin.hpp): what was given before is of another state.
constexpr unsigned opening_shift = 40;

/// Calls `use(changed)` for each row of the delta that was not told yet.
template <class Use>
Result<void> each_change(
    PlanBuilder& builder, const schema::Table& table, const DeltaPosition& position, Use use
) {
    const bool nothing_written = builder.view.snapshot().versionnumber == position.since;
    if (nothing_written) return {};
    const std::pair told{position.part, position.after};
    const auto cursor =
        builder.view.store()->scan(storage::all_rows(table), storage::Order::ascending);
    for (; cursor->valid(); cursor->next()) {
        ROOKERY_CHECK(builder.work.spend(cost::row_passed));
        ROOKERY_TRY(const auto number, storage::versionnumber_of(cursor->value()));
        if (number <= position.since) continue;
        ROOKERY_TRY(const auto kind, storage::stored_kind(cursor->value()));
        const auto part = kind == crypto::RowKind::live ? Part::changed : Part::removed;
        if (std::pair{part, number} <= told) continue;
        use(Changed{part, number, storage::id_of(cursor->key())});
    }
    return cursor->status();
}

/// What the walk saw unproven must be so.
Result<void> take(
    PlanBuilder& builder, const schema::Table& table, const Changed& changed, Changes& out
) {
    ROOKERY_TRY(auto found, builder.reading.peek(table, changed.id));
    ROOKERY_CHECK(builder.work.spend(cost::row + cost::row_by_index + found.bytes * cost::row_byte)
    );
    const auto expected =
        changed.part == Part::changed ? Found::State::live : Found::State::tombstone;
    if (found.state != expected) return integrity_failure();
    if (changed.part == Part::changed) {
        out.rows.push_back(std::move(found.row));
    } else {
        out.removed.push_back({changed.id, changed.versionnumber});
    }
    return {};
}

}  // namespace

Result<void> check_reads_all(const PlanBuilder& builder, const schema::Table& table) {
    const auto scope = access::scope(builder.caller, table, schema::Right::read, builder.facts());
    if (scope.all) return {};
    return fail(
        Errc::missing_privilege,
        "Change tracking tells of all rows of '" + std::string(table.name) +
            "': it takes Read of its rows at Global depth."
    );
}

Result<void> check_position(const PlanBuilder& builder, const DeltaPosition& position) {
    const auto newest = builder.view.snapshot().versionnumber;
    const bool too_old = builder.now - position.begun > delta_lifetime;
    const bool of_another_state =
        position.since > newest || position.since >> opening_shift != newest >> opening_shift;
    if (!too_old && !of_another_state) return {};
    return fail(
        Errc::changes_forgotten,
        "The delta link is older than 7 days, or was made before this vault was restored. Read "
        "everything anew."
    );
}

Result<Changes> find_changes(
    PlanBuilder& builder, const schema::Table& table, const DeltaPosition& position,
    std::size_t page_max
) {
    std::priority_queue<Changed> smallest;
    Changes out;
    ROOKERY_CHECK(each_change(builder, table, position, [&](const Changed& changed) {
        smallest.push(changed);
        if (smallest.size() <= page_max) return;
        smallest.pop();
        out.more = true;
    }));
    std::vector<Changed> page(smallest.size());
    for (auto i = page.size(); i > 0; --i) {
        page[i - 1] = smallest.top();
        smallest.pop();
    }
    for (const auto& changed : page) ROOKERY_CHECK(take(builder, table, changed, out));

    const auto newest = builder.view.snapshot().versionnumber;
    // Up to here every changed row was told once the first removed one was.
    const auto until = position.part == Part::removed ? position.until : newest;
    if (!out.more) {
        out.next = DeltaPosition::start(until, builder.now, position.query_digest);
        return out;
    }
    out.next = position;
    out.next.part = page.back().part;
    out.next.after = page.back().versionnumber;
    out.next.until = page.back().part == Part::removed ? until : 0;
    return out;
}

Result<std::uint64_t> count_changes(
    PlanBuilder& builder, const schema::Table& table, const DeltaPosition& position
) {
    std::uint64_t out = 0;
    ROOKERY_CHECK(each_change(builder, table, position, [&](const Changed&) { ++out; }));
    return out;
}

}  // namespace rookery::messages
