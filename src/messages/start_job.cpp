#include "messages/start_job.hpp"

#include "messages/apply_change.hpp"
#include "messages/bulk_delete_cursor.hpp"
#include "messages/destroy_key.hpp"
#include "messages/detection_cursor.hpp"
#include "messages/job_start.hpp"
#include "messages/purge_cursor.hpp"
#include "messages/retention_cursor.hpp"
#include "messages/start_forgetting.hpp"
#include "pipeline/needs.hpp"
#include "rules/built_in_rows.hpp"
#include "schema/known_tables.hpp"

#include <algorithm>
#include <iterator>

namespace rookery::messages {
namespace {

constexpr std::string_view of_keys[] = {key_rotation_job, data_rekey_job, row_rekey_job};

/// What only a message of its own starts: it says more than a name.
struct StartedBy {
    std::string_view job, message, hint;
};

constexpr StartedBy started_by[] = {
    {bulk_delete_job, "BulkDelete", "it takes queries"},
    {duplicate_detection_job, "BulkDetectDuplicates", "it takes a query"},
    {key_destruction_job, "rky_DestroyKey", "`rookery key destroy VERSION`"},
    {purge_job, "rky_PurgeRecord", "`rookery purge RECORD`"},
    {words_of(RetentionKind::retain).job,
     words_of(RetentionKind::retain).message,
     "it takes a query"},
    {words_of(RetentionKind::roll_back).job,
     words_of(RetentionKind::roll_back).message,
     "it takes a query"},
    {words_of(RetentionKind::purge).job,
     words_of(RetentionKind::purge).message,
     "PurgeRetainedContent purges at once"},
    {forgetting_job, "PurgeRetainedContent", "it forgets what that has purged"},
};

Result<void> check_by_name(const std::string& name) {
    const auto* const found = std::ranges::find(started_by, name, &StartedBy::job);
    if (found == std::end(started_by)) return {};
    return fail(
        Errc::restricted,
        "This job is started by " + std::string(found->message) + ".",
        std::string(found->hint)
    );
}

}  // namespace

MessageFacts StartJob::facts() const {
    return {
        "rky_StartJob",
        audit::Action::create,
        {&schema::known::asyncoperation, std::nullopt},
        Cost::many_rows,
        Stores::something_new,
        OnBehalf::vault};
}

Result<void> StartJob::check_texts() const { return {}; }

access::Decision StartJob::admit(const Asker& asker) const {
    return asker.decide(schema::known::asyncoperation, schema::Right::create);
}

Judged<StartJob::Plan> StartJob::plan(PlanBuilder& builder) const {
    ROOKERY_CHECK(check_by_name(name));
    ROOKERY_TRY(auto step, job_start(builder, {.name = name}));
    // By its schedule the jobs' own user starts it.
    if (std::ranges::find(of_keys, name) != std::end(of_keys) && builder.caller.user != jobs_user) {
        step.needs.need(schema::prv_manage_keys);
    }
    return Plan::judge(builder, std::move(step));
}

Result<MessageReply::Body> StartJob::execute(PlanBuilder& builder, Plan plan) const {
    ROOKERY_TRY(const auto written, apply_change(builder, plan));
    return StartedJobReply{written.row->id};
}

}  // namespace rookery::messages
