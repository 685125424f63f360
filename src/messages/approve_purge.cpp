#include "messages/approve_purge.hpp"

#include "messages/apply_change.hpp"
#include "messages/kept_rows.hpp"
#include "messages/purge_act.hpp"
#include "messages/removal.hpp"
#include "messages/two_people.hpp"
#include "pipeline/needs.hpp"
#include "schema/known_tables.hpp"
#include "storage/index_key.hpp"
#include "storage/row_key.hpp"

#include <algorithm>

namespace rookery::messages {
namespace {

using schema::known::asyncoperation;
using storage::Family;

Result<PurgeCursor> waiting_purge(const storage::Row& row, const storage::RowRef& record) {
    if (const auto* text = cursor_of_request(row, purge_job)) {
        auto cursor = parse_purge_cursor(*text);
        if (cursor && cursor->record == record.id &&
            cursor->table == schema::table(record.table)->name) {
            return std::move(*cursor);
        }
    }
    return fail(
        Errc::restricted,
        "This is no request to purge that record, or not one that waits for a second person.",
        "`rookery job list` says which there are"
    );
}

void note_removed(PurgeCursor& cursor, const storage::Row& row) {
    cursor.keys.emplace_back(Family::rows, storage::row_key(row.ref()));
    for (auto& entry : storage::index_entries(row)) {
        cursor.keys.emplace_back(Family::rowidx, std::move(entry));
    }
}

/// Also the entries that it had before it was deleted, which may be in some file yet.
void note_removed(PurgeCursor& cursor, const storage::KeptRow& kept) {
    note_removed(cursor, kept.row);
    cursor.keys.emplace_back(Family::rowidx, storage::index_entry(kept));
}

/// What the purge takes away; nothing of a record that was deleted before.
Result<std::vector<Step<Change>>> removal_of_purged(PlanBuilder& builder, const ToPurge& record) {
    if (record.kept) return end_of(builder, record.kept);
    return record.live ? removal_of(builder, record.live) : std::vector<Step<Change>>{};
}

/// Every record KEK that was ever in use and opens something yet: a backup has the record's data keys as they were wrapped
/// then, and what they are wrapped under today says nothing of that.
std::vector<std::uint32_t> keks_until_now(const crypto::Keyring& keyring) {
    std::vector<std::uint32_t> out;
    for (const auto& entry : keyring.entries()) {
        const bool used = entry.state != crypto::KeyState::pre_active &&
                          entry.state != crypto::KeyState::destroyed;
        if (entry.purpose == crypto::Purpose::record_kek && used) out.push_back(entry.version);
    }
    std::ranges::sort(out);
    return out;
}

/// What the job is to make sure of, in its row's words.
void describe(
    PurgeCursor& cursor, const std::vector<Step<Change>>& removed, const crypto::Keyring& keyring
) {
    cursor.phase = PurgePhase::forgetting;
    cursor.people.clear();
    cursor.said = {};
    cursor.keks = keks_until_now(keyring);
    for (const auto& step : removed) {
        const auto* gone = std::get_if<RemoveRow>(&step.what);
        if (gone != nullptr) note_removed(cursor, *gone->before);
        const auto* ended = std::get_if<EndRow>(&step.what);
        if (ended != nullptr) note_removed(cursor, *ended->kept);
    }
    // Of a record that was deleted before, nobody knows what went with it.
    if (!removed.empty() && to_text(cursor).size() <= purge_cursor_max) return;
    cursor.keys.clear();
    cursor.everything = true;
}

}  // namespace

MessageFacts ApprovePurge::facts() const {
    return {
        "rky_ApprovePurge",
        audit::Action::purge,
        named_by(target),
        Cost::many_rows,
        Stores::nothing_new,
        OnBehalf::two_people};
}

Result<void> ApprovePurge::check_texts() const { return {}; }

access::Decision ApprovePurge::admit(const Asker& asker) const {
    return asker.decide(needs_to_purge(*target.table));
}

Judged<ApprovePurge::Plan> ApprovePurge::plan(PlanBuilder& builder) const {
    const auto* id = std::get_if<Uuid>(&target.by);
    if (id == nullptr) {
        return fail(Errc::invalid_argument, "A purge is approved of a record by its id.");
    }
    const storage::RowRef ref{target.table->id, *id};
    ROOKERY_TRY(const auto record, record_to_purge(builder, ref));
    const auto needs = needs_to_purge(ref, record.row());
    // Who may not purge the record hears nothing of requests to.
    ROOKERY_TRY(const auto may, judge_act(builder, needs, record.live));
    (void)may;
    ROOKERY_CHECK(check_version_to_purge(preconditions, record.live.get()));
    ROOKERY_TRY(auto before, builder.reading.live(asyncoperation, job));
    ROOKERY_TRY(auto cursor, waiting_purge(*before, ref));
    ROOKERY_CHECK(
        check_second_person(builder, {"a purge", cursor.people.front(), cursor.said}, needs)
    );
    ROOKERY_TRY(auto steps, removal_of_purged(builder, record));
    describe(cursor, steps, builder.keys.keyring);
    ROOKERY_TRY(auto goes_on, approved_job(builder, std::move(before), to_text(cursor), needs));
    ROOKERY_TRY(auto removed, judge_all(builder, std::move(steps)));
    ROOKERY_TRY(auto change, Authorized<Change>::judge(builder, std::move(goes_on)));
    return Plan{std::move(removed), std::move(change), std::move(cursor)};
}

Result<MessageReply::Body> ApprovePurge::execute(PlanBuilder& builder, Plan plan) const {
    ROOKERY_CHECK(apply_all(builder, plan.removed));
    const auto decision = plan.job.decision();
    ROOKERY_TRY(const auto written, apply_change(builder, plan.job));
    record_purge_act(builder, decision, plan.purge, written.row->id, "approve");
    return NoContent{};
}

}  // namespace rookery::messages
