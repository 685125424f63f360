#include "messages/purge_record.hpp"

#include "messages/apply_change.hpp"
#include "messages/job_rows.hpp"
#include "messages/job_start.hpp"
#include "messages/purge_act.hpp"
#include "messages/two_people.hpp"
#include "pipeline/needs.hpp"
#include "rules/request_words.hpp"
#include "schema/known_tables.hpp"
#include "schema/token_history.hpp"

namespace rookery::messages {
namespace {

/// By its id, since a deleted record has nothing else; a key leads to one that is there.
Result<storage::RowRef> named_record(PlanBuilder& builder, const Target& target) {
    if (const auto* id = std::get_if<Uuid>(&target.by)) {
        return storage::RowRef{target.table->id, *id};
    }
    ROOKERY_TRY(const auto row, builder.reading.live(target, schema::Right::remove));
    return row->ref();
}

/// Whether a job that has not ended purges the same record: others wait for their own second person.
bool is_about(const JobRow& row, const storage::RowRef& ref) {
    const auto cursor = parse_purge_cursor(row.progress.cursor);
    return !cursor || (cursor->record == ref.id && cursor->table == schema::table(ref.table)->name);
}

}  // namespace

MessageFacts PurgeRecord::facts() const {
    return {
        "rky_PurgeRecord",
        audit::Action::purge,
        named_by(target),
        Cost::many_rows,
        Stores::nothing_new,
        OnBehalf::two_people};
}

Result<void> PurgeRecord::check_texts() const { return {}; }

access::Decision PurgeRecord::admit(const Asker& asker) const {
    return asker.decide(needs_to_purge(*target.table));
}

Judged<PurgeRecord::Plan> PurgeRecord::plan(PlanBuilder& builder) const {
    if (!schema::has_token_history(*target.table)) {
        return fail(
            Errc::unsupported, "Records of this table are not purged: they hold no tokens."
        );
    }
    ROOKERY_TRY(const auto ref, named_record(builder, target));
    ROOKERY_TRY(const auto record, record_to_purge(builder, ref));
    PurgeCursor cursor;
    cursor.table = target.table->name;
    cursor.record = ref.id;
    cursor.people = {requester_of(builder.caller)};
    cursor.said = builder.now;
    NewJob job;
    job.name = purge_job;
    job.status = JobStatus::waiting;
    job.wait_reason = approval_awaited;
    job.cursor = to_text(cursor);
    job.in_the_way = [&](const JobRow& row) { return is_about(row, ref); };
    ROOKERY_TRY(auto step, job_start(builder, job));
    if (auto* written = std::get_if<WriteRow>(&step.what)) {
        set_column(
            written->draft,
            "friendlymessage",
            "Of " + cursor.table + " " + to_string(ref.id) + ": waits for a second person."
        );
    }
    step.needs = needs_to_purge(ref, record.row());
    if (auto same = check_version_to_purge(preconditions, record.live.get()); !same) {
        step.deferred_error = same.error();
    }
    return Plan::judge(builder, std::move(step));
}

Result<MessageReply::Body> PurgeRecord::execute(PlanBuilder& builder, Plan plan) const {
    const auto decision = plan.decision();
    ROOKERY_TRY(const auto written, apply_change(builder, plan));
    ROOKERY_TRY(
        const auto cursor, parse_purge_cursor(*written.row->get<std::string>("rky_cursor"))
    );
    record_purge_act(builder, decision, cursor, written.row->id, "request");
    return StartedJobReply{written.row->id};
}

}  // namespace rookery::messages
