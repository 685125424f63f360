#include "messages/job_start.hpp"

#include "messages/job_rows.hpp"
#include "messages/two_people.hpp"
#include "query/job_reader.hpp"
#include "rules/built_in_rows.hpp"
#include "rules/request_words.hpp"
#include "rules/write_draft.hpp"
#include "schema/known_tables.hpp"

#include <algorithm>

namespace rookery::messages {
namespace {

using schema::known::asyncoperation;

const storage::RowRef runner{schema::known::systemuser.id, jobs_user};

Result<void> check_known(const PlanBuilder& builder, const std::string& name) {
    const auto& jobs = builder.services.jobs;
    if (!jobs || jobs->state().empty() || builder.facts().user(jobs_user) == nullptr) {
        return fail(Errc::unsupported, "This server runs no jobs.");
    }
    if (!jobs->knows(name)) {
        return fail(Errc::invalid_argument, "No job of this server has that name.");
    }
    if (builder.facts().enabled(jobs_user)) return {};
    return fail(
        Errc::restricted, "The user Rookery Jobs is disabled, and no job runs.", "enable that user"
    );
}

Error not_ended(const JobRow& job) {
    return {
        Errc::restricted,
        "A job of this name has not ended yet.",
        waits_for_approval(job.name, job.progress.cursor)
            ? std::string(how_to_approve(job.name))
            : "wait for it, resume it if it is paused, or cancel it",
        {}};
}

/// All jobs are the runner's. Its rows are guarded and not read: of two starts at once one is planned again. A request that
/// nobody approved in its time is as good as ended, which the runner sees to.
Result<void> check_not_under_way(PlanBuilder& builder, const NewJob& job) {
    ROOKERY_CHECK(
        builder.reading.children(asyncoperation, *asyncoperation.column("ownerid"), runner, 0)
    );
    std::size_t beside = 0;
    for (const auto state : {JobStateCode::ready, JobStateCode::suspended, JobStateCode::locked}) {
        ROOKERY_TRY(const auto jobs, read_jobs(builder.view, state));
        for (const auto& row : jobs.rows) {
            if (row.name != job.name) continue;
            ++beside;
            if (is_expired_request(row, builder.now)) continue;
            if (job.in_the_way && !job.in_the_way(row)) continue;
            return fail(not_ended(row));
        }
    }
    if (beside < jobs_beside_max) return {};
    return fail(
        Errc::too_many_requests,
        "Too many jobs of this name have not ended.",
        "have them approved, or take some back: `rookery job list`"
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

/// The runner removes old rows, but not as fast as somebody could make them.
Result<void> check_job_room(const PlanBuilder& builder, std::size_t rows_max) {
    ROOKERY_TRY(const auto ended, count_jobs(builder.view, JobStateCode::completed, rows_max));
    if (ended < rows_max) return {};
    return fail(
        Errc::too_many_requests,
        "Too many jobs have ended whose rows are still to be removed.",
        "try again in a minute"
    );
}

Result<Step<Change>> job_start(PlanBuilder& builder, const NewJob& job) {
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
    auto allowed = check_known(builder, job.name);
    if (allowed) {
        give_to_runner(draft.row, builder.facts());
        set_column(draft, "name", job.name);
        // What its schedule starts no message of a client asked for.
        if (builder.caller.user != jobs_user) {
            set_column(draft, "messagename", std::string(builder.message.name));
        }
        set_column(draft, "operationtype", operation_type_of(job.name));
        set_status(draft, job.status);
        allowed = set_progress(draft, {0, 0, 0, job.wait_reason, job.cursor});
        if (allowed) allowed = check_not_under_way(builder, job);
        if (allowed) allowed = check_job_room(builder, job.rows_max);
    }
    auto step = job_step(nullptr, std::move(draft));
    if (!allowed) step.deferred_error = allowed.error();
    return step;
}

}  // namespace rookery::messages
