#include "messages/start_job.hpp"

#include "messages/apply_change.hpp"
#include "messages/destroy_key.hpp"
#include "messages/job_start.hpp"
#include "messages/purge_cursor.hpp"
#include "pipeline/needs.hpp"
#include "rules/built_in_rows.hpp"
#include "schema/known_tables.hpp"

#include <algorithm>

namespace rookery::messages {
namespace {

constexpr std::string_view of_keys[] = {key_rotation_job, data_rekey_job, row_rekey_job};

/// What only a message of its own starts: it says more than a name.
Result<void> check_by_name(const std::string& name) {
    if (name == purge_job) {
        return fail(
            Errc::restricted, "This job is started by rky_PurgeRecord.", "`rookery purge RECORD`"
        );
    }
    if (name != key_destruction_job) return {};
    return fail(
        Errc::restricted, "This job is started by rky_DestroyKey.", "`rookery key destroy VERSION`"
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
