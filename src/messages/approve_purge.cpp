#include "messages/approve_purge.hpp"

#include "access/one_person.hpp"
#include "messages/apply_change.hpp"
#include "messages/job_rows.hpp"
#include "messages/purge_act.hpp"
#include "messages/removal.hpp"
#include "pipeline/needs.hpp"
#include "rules/job_status.hpp"
#include "rules/write_draft.hpp"
#include "schema/known_tables.hpp"
#include "storage/index_key.hpp"
#include "storage/row_key.hpp"

#include <algorithm>

namespace rookery::messages {
namespace {

using schema::known::asyncoperation;
using storage::Family;

/// Of a job that waits for a second person.
Result<PurgeCursor> waiting_purge(const storage::Row& row, const storage::RowRef& record) {
    const auto* name = row.get<std::string>("name");
    const auto* text = row.get<std::string>("rky_cursor");
    if (name != nullptr && *name == purge_job && text != nullptr &&
        job_status_of(row) == JobStatus::waiting) {
        auto cursor = parse_purge_cursor(*text);
        if (cursor && cursor->phase == PurgePhase::request && cursor->record == record.id &&
            cursor->table == schema::table(record.table)->name) {
            return std::move(*cursor);
        }
    }
    return fail(
        Errc::restricted,
        "This is no request to purge that record, or not one that waits for a second person.",
        "`rookery job show purge` says how far it is"
    );
}

Result<void> check_second_person(const PlanBuilder& builder, const PurgeCursor& request) {
    const auto person = access::one_person_ever(builder.caller, builder.facts());
    for (const auto& id : request.person) {
        if (std::ranges::find(person, id) == person.end()) continue;
        return fail(
            Errc::access_denied,
            "Who asked for a purge does not approve it, nor whoever could be the same person by a "
            "credential.",
            "ask another security administrator, with a credential that he made himself"
        );
    }
    return {};
}

void note_removed(PurgeCursor& cursor, const storage::Row& row) {
    cursor.keys.emplace_back(Family::rows, storage::row_key(row.ref()));
    for (auto& entry : storage::index_entries(row)) {
        cursor.keys.emplace_back(Family::rowidx, std::move(entry));
    }
    if (row.wrapped_dek.empty()) return;
    const auto kek = crypto::RecordSealer::kek_version(row.wrapped_dek);
    if (kek && std::ranges::find(cursor.keks, *kek) == cursor.keks.end()) {
        cursor.keks.push_back(*kek);
    }
}

/// What the job is to make sure of, in its row's words.
void describe(PurgeCursor& cursor, const std::vector<Step<Change>>& removed) {
    cursor.phase = PurgePhase::forgetting;
    cursor.person.clear();
    for (const auto& step : removed) {
        const auto* gone = std::get_if<RemoveRow>(&step.what);
        if (gone != nullptr) note_removed(cursor, *gone->before);
    }
    std::ranges::sort(cursor.keks);
    // Of a record that was deleted before, nobody knows what went with it.
    if (!removed.empty() && to_text(cursor).size() <= purge_cursor_max) return;
    cursor.keys.clear();
    cursor.everything = true;
}

Result<Step<Change>> job_goes_on(PlanBuilder& builder, RowPtr before, const PurgeCursor& cursor) {
    ROOKERY_TRY(
        auto draft,
        draft_update(builder.reading, builder.facts(), *before, Input{}, builder.author())
    );
    set_progress(draft, {0, 0, 0, {}, to_text(cursor)});
    set_status(draft, JobStatus::waiting_for_resources);
    follow_job_status(before.get(), draft.row, builder.now);
    return job_step(builder, std::move(before), std::move(draft));
}

}  // namespace

MessageFacts ApprovePurge::facts() const {
    return {
        "rky_ApprovePurge",
        audit::Action::purge,
        named_by(target),
        Cost::many_rows,
        Stores::nothing_new};
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
    // Who may not purge the record hears nothing of requests to.
    ROOKERY_TRY(
        const auto may, judge_act(builder, needs_to_purge(*target.table, record.get()), record)
    );
    (void)may;
    ROOKERY_TRY(auto before, builder.reading.live(asyncoperation, job));
    ROOKERY_TRY(auto cursor, waiting_purge(*before, ref));
    ROOKERY_CHECK(check_second_person(builder, cursor));
    auto steps = record == nullptr ? std::vector<Step<Change>>{} : removal_of(builder, record);
    describe(cursor, steps);
    ROOKERY_TRY(auto goes_on, job_goes_on(builder, std::move(before), cursor));
    goes_on.needs = needs_to_purge(*target.table, record.get());
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
