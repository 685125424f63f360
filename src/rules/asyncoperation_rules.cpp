#include "pipeline/on_behalf.hpp"
#include "rules/built_in_rows.hpp"
#include "rules/job_status.hpp"
#include "rules/request_words.hpp"
#include "rules/table_rules.hpp"
#include "schema/known_tables.hpp"

#include <algorithm>

namespace rookery::messages::asyncoperation_rules {
namespace {

/// Of the jobs that change keys or end what they open.
constexpr std::string_view key_jobs[] = {
    "key-rotation", "key-destruction", "data-rekey", "row-rekey", "purge", "forget-purged"};

bool is_key_job(const storage::Row& row) {
    const auto* name = row.get<std::string>("name");
    return name != nullptr && std::ranges::find(key_jobs, *name) != std::end(key_jobs);
}

/// Who steers a job that changes keys, or takes its row away, may manage keys; and what has begun to change them is not
/// stopped in either way.
Result<void> check_key_job(
    const access::Caller& caller, const storage::Row& row, access::Needs& needs
) {
    if (caller.system || !is_key_job(row)) return {};
    if (caller.user != jobs_user) needs.need(schema::prv_manage_keys);
    const auto* cursor = row.get<std::string>("rky_cursor");
    const bool committed =
        cursor != nullptr && (is_committed(std::string_view(*cursor)) || is_forgetting(*cursor));
    if (!committed || is_completed(job_status_of(row))) return {};
    return fail(
        Errc::restricted,
        "What this job is for is being done: it can be stopped no more.",
        "it ends by itself"
    );
}

/// As for rky_StartJob.
Result<void> check_for_himself(const access::Caller& caller) {
    if (!caller.delegate) return {};
    return fail(
        Errc::impersonation_denied,
        "A job is not steered on behalf of another: " + std::string(reason(OnBehalf::vault)) + "."
    );
}

/// What waits for a second person is not paused: his word lets it go on, and nothing else.
Result<void> check_not_resumed(const storage::Row& before, JobStatus to) {
    const auto* name = before.get<std::string>("name");
    const auto* cursor = before.get<std::string>("rky_cursor");
    const bool request = job_status_of(before) == JobStatus::waiting && name != nullptr &&
                         cursor != nullptr && waits_for_approval(*name, *cursor);
    if (!request || to != JobStatus::waiting_for_resources) return {};
    return fail(
        Errc::restricted,
        "This job is not paused: it waits for approval by a second person.",
        std::string(how_to_approve(*name))
    );
}

bool may_take_status(const storage::Row& row, std::int64_t status) {
    const auto from = job_status_of(row);
    const auto to = static_cast<JobStatus>(status);
    if (!check_not_resumed(row, to)) return false;
    return (from == to && !is_completed(from)) || may_transition(from, to, Initiator::request);
}

/// What a request may do to a job: pause, resume or cancel it. The columns refuse everything else.
Result<void> check_write(const WriteCheck& write) {
    if (write.before == nullptr) {
        return fail(
            Errc::method_not_allowed,
            "The 'Create' method does not support entities of type 'asyncoperation'.",
            "rky_StartJob starts a job"
        );
    }
    ROOKERY_CHECK(check_for_himself(write.builder.caller));
    ROOKERY_CHECK(check_key_job(write.builder.caller, *write.before, write.needs));
    const auto from = job_status_of(*write.before);
    const auto to = job_status_of(write.draft.row);
    ROOKERY_CHECK(check_not_resumed(*write.before, to));
    if (may_take_status(*write.before, static_cast<std::int64_t>(to))) return {};
    return fail(
        Errc::bad_state,
        "A job that is '" + std::string(label_of(from)) + "' cannot become '" +
            std::string(label_of(to)) + "' by a request.",
        "statecode 1 and statuscode 10 pause, 0 and 0 resume what is paused, 3 and 32 cancel"
    );
}

/// The runner works on it, or has still to report the step that it made before it sees that it is canceled.
bool is_in_hand(const PlanBuilder& builder, const storage::Row& row) {
    const auto& jobs = builder.services.jobs;
    return job_status_of(row) == JobStatus::in_progress ||
           (jobs && std::ranges::any_of(jobs->state(), [&](const JobState& one) {
                return one.id == row.id && one.status == JobStatus::in_progress;
            }));
}

Result<void> check_removal(const RemovalCheck& removal) {
    const auto& [builder, row, needs, along] = removal;
    ROOKERY_CHECK(check_for_himself(builder.caller));
    ROOKERY_CHECK(check_key_job(builder.caller, row, needs));
    if (is_in_hand(builder, row)) {
        return fail(Errc::restricted, "A job in progress cannot be deleted.", "cancel it first");
    }
    const auto* findings = row.get<std::int64_t>("rky_findings");
    if (findings != nullptr && *findings != 0 && builder.caller.user != jobs_user) {
        return fail(
            Errc::restricted,
            "A job with findings cannot be deleted.",
            "it goes by itself, after newer ones"
        );
    }
    return {};
}

void follow(const storage::Row* before, storage::Row& row, const Authorship& by) {
    follow_job_status(before, row, by.now);
}

}  // namespace

extern const TableRules rules;
constinit const TableRules rules{
    .table = &schema::known::asyncoperation,
    .follow = follow,
    .check_write = check_write,
    .may_take_status = may_take_status,
    .check_removal = check_removal,
};

}  // namespace rookery::messages::asyncoperation_rules
