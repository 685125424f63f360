#include "messages/record_job.hpp"

#include "messages/apply_change.hpp"
#include "messages/job_rows.hpp"
#include "pipeline/needs.hpp"
#include "rules/job_status.hpp"
#include "rules/write_draft.hpp"
#include "schema/known_tables.hpp"

namespace rookery::messages {
namespace {

using schema::known::asyncoperation;

/// A finding is an entry of its own: about the row that it is about, if it is about one.
void record_finding(
    PlanBuilder& builder, const access::Decision& decision, const Uuid& job,
    const JobFinding& finding
) {
    auto event = builder.event(audit::Action::finding, audit::Outcome::failed);
    if (const auto* table = finding.row ? schema::table(finding.row->table) : nullptr) {
        event.table = table->name;
        event.record = finding.row->id;
    }
    event.rule = builder.rule_of(decision);
    event.extras.emplace_back("job", to_string(job));
    event.extras.emplace_back("finding", std::string(audit::words_of(finding.kind).name));
    event.extras.emplace_back("place", finding.place);
    event.extras.emplace_back("what", finding.what);
    builder.record(event);
}

void record_failure(Draft& draft, const RecordJob& said) {
    if (!said.message.empty()) set_column(draft, "message", said.message);
    if (said.error) set_column(draft, "errorcode", number_of_error(*said.error));
}

}  // namespace

MessageFacts RecordJob::facts() const {
    return {
        "rky_RecordJob",
        audit::Action::update,
        {&asyncoperation, id},
        Cost::few_rows,
        Stores::nothing_new,
        OnBehalf::own_work};
}

Result<void> RecordJob::check_texts() const { return {}; }

access::Decision RecordJob::admit(const Asker& asker) const {
    return asker.decide(asyncoperation, schema::Right::write);
}

Judged<RecordJob::Plan> RecordJob::plan(PlanBuilder& builder) const {
    if (findings.size() > job_findings_max) {
        return fail(Errc::invalid_argument, "A job told more findings at once than it may.");
    }
    ROOKERY_TRY(auto before, builder.reading.live(asyncoperation, id));
    ROOKERY_TRY(
        auto draft,
        draft_update(builder.reading, builder.facts(), *before, Input{}, builder.author())
    );
    const auto* cursor = before->get<std::string>("rky_cursor");
    if (if_cursor && (cursor == nullptr || *cursor != *if_cursor)) {
        return fail(Errc::restricted, "The job has gone on meanwhile.");
    }
    ROOKERY_CHECK(set_progress(draft, progress));
    if (to && may_transition(job_status_of(*before), *to, Initiator::runner)) {
        set_status(draft, *to);
        if (!message.empty()) set_column(draft, "friendlymessage", message);
        if (*to == JobStatus::failed) record_failure(draft, *this);
    }
    follow_job_status(before.get(), draft.row, builder.now);
    return Plan::judge(builder, job_step(std::move(before), std::move(draft)));
}

Result<MessageReply::Body> RecordJob::execute(PlanBuilder& builder, Plan plan) const {
    const auto decision = plan.decision();
    ROOKERY_TRY(const auto written, apply_change(builder, plan));
    for (const auto& finding : findings) record_finding(builder, decision, id, finding);
    return JobReply{job_status_of(*written.row)};
}

}  // namespace rookery::messages
