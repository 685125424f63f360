#include "messages/start_job.hpp"

#include "messages/apply_change.hpp"
#include "messages/job_rows.hpp"
#include "pipeline/needs.hpp"
#include "rules/built_in_rows.hpp"
#include "rules/job_status.hpp"
#include "rules/write_draft.hpp"
#include "schema/known_tables.hpp"

#include <algorithm>

namespace rookery::messages {
namespace {

using schema::known::asyncoperation;

/// The runner keeps far fewer rows than this.
constexpr std::size_t rows_read_max = 1000;

const storage::RowRef runner{schema::known::systemuser.id, jobs_user};

Result<void> check_known(const PlanBuilder& builder, const std::string& name) {
    const auto& jobs = builder.services.jobs;
    if (!jobs || jobs->state().empty() || builder.facts().user(jobs_user) == nullptr) {
        return fail(Errc::unsupported, "This server runs no jobs.");
    }
    if (jobs->knows(name)) return {};
    return fail(Errc::invalid_argument, "No job of this server has that name.");
}

/// All jobs are the runner's, so that its rows are all rows. Guarded: of two at once one is planned again.
Result<void> check_not_under_way(PlanBuilder& builder, const std::string& name) {
    ROOKERY_TRY(
        const auto rows,
        builder.reading.children(
            asyncoperation, *asyncoperation.column("ownerid"), runner, rows_read_max
        )
    );
    const bool under_way = std::ranges::any_of(rows, [&](const RowPtr& row) {
        const auto* known = row->get<std::string>("name");
        return known != nullptr && *known == name && !is_completed(job_status_of(*row));
    });
    if (!under_way) return {};
    return fail(
        Errc::restricted,
        "A job of this name has not ended yet.",
        "wait for it, resume it if it is paused, or cancel it"
    );
}

/// The type of a job is called as the job is.
storage::Value operation_type_of(std::string_view name) {
    const auto options = asyncoperation.column("operationtype")->options;
    const auto found = std::ranges::find(options, name, &schema::Option::label);
    return found == options.end() ? storage::Value{} : storage::Value{std::int64_t{found->value}};
}

/// Whoever starts it, it works as the user of the jobs, and belongs to it.
void give_to_runner(storage::Row& row, const access::Facts& facts) {
    row.set("ownerid", runner);
    row.set("owninguser", runner);
    derive(row, facts);
}

}  // namespace

MessageFacts StartJob::facts() const {
    return {
        "rky_StartJob",
        audit::Action::create,
        {&asyncoperation, std::nullopt},
        Cost::many_rows,
        Stores::something_new};
}

Result<void> StartJob::check_texts() const { return {}; }

access::Decision StartJob::admit(const Asker& asker) const {
    return asker.decide(asyncoperation, schema::Right::create);
}

Judged<StartJob::Plan> StartJob::plan(PlanBuilder& builder) const {
    ROOKERY_TRY(
        auto draft,
        draft_create(
            builder.reading,
            builder.facts(),
            asyncoperation,
            Uuid::random(builder.services.random),
            {},
            builder.author()
        )
    );
    auto allowed = check_known(builder, name);
    if (allowed) {
        give_to_runner(draft.row, builder.facts());
        draft.row.set("name", name);
        draft.row.set("operationtype", operation_type_of(name));
        set_job_status(draft.row, JobStatus::waiting_for_resources);
        set_progress(draft, {});
        allowed = check_not_under_way(builder, name);
    }
    auto step = job_step(builder, nullptr, std::move(draft));
    if (!allowed) step.deferred_error = allowed.error();
    return Plan::judge(builder, std::move(step));
}

Result<MessageReply::Body> StartJob::execute(PlanBuilder& builder, Plan plan) const {
    ROOKERY_TRY(const auto written, apply_change(builder, plan));
    return StartedJobReply{written.row->id};
}

}  // namespace rookery::messages
