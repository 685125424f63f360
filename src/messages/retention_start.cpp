#include "messages/retention_start.hpp"

#include "messages/apply_change.hpp"
#include "messages/asked_job.hpp"
#include "messages/job_rows.hpp"
#include "messages/job_start.hpp"
#include "messages/retain.hpp"
#include "messages/two_people.hpp"
#include "pipeline/needs.hpp"
#include "rules/retains.hpp"
#include "rules/retention_terms.hpp"
#include "rules/write_draft.hpp"
#include "schema/known_tables.hpp"
#include "storage/text_key.hpp"

#include <chrono>
#include <utility>

namespace rookery::messages {
namespace {

using schema::known::retentionoperation;

Result<Step<Change>> account_step(
    PlanBuilder& builder, const RetentionStart& start, const Uuid& id,
    const std::optional<Uuid>& job
) {
    ROOKERY_TRY(
        auto draft,
        draft_create(builder.reading, builder.facts(), retentionoperation, id, {}, builder.author())
    );
    const auto set = [&](std::string_view name, storage::Value value) {
        set_column(draft, name, std::move(value));
    };
    const auto name_max = retentionoperation.column("name")->length_max;
    set("name", std::string(storage::first_code_points(start.name, name_max)));
    set("rootentitylogicalname", start.table);
    if (!start.criteria.empty()) set("criteria", start.criteria);
    set("retentioncount", std::int64_t{0});
    set("failedcount", std::int64_t{0});
    if (job) set("asyncoperationid", to_string(*job));
    set("rky_kind", static_cast<std::int64_t>(start.kind));
    if (start.retained_before) set("rky_retainedbefore", *start.retained_before);
    if (start.policy) {
        const auto& config = schema::known::retentionconfig;
        set("retentionconfigid", storage::RowRef{config.id, start.policy->config});
    }
    if (!start.refused.empty()) {
        set("statecode", std::int64_t{3});
        set("statuscode", schema::retention_operation::failed);
        set("additionaldetails", start.refused);
        const Instant now{std::chrono::floor<std::chrono::seconds>(builder.now)};
        set("starttime", now);
        set("endtime", now);
    }
    auto out = job_step(nullptr, std::move(draft));
    give_to(out, builder, start.by.user);
    return out;
}

}  // namespace

Result<std::vector<Step<Change>>> retention_start(
    PlanBuilder& builder, const RetentionStart& start, const access::Needs* needs
) {
    RetentionCursor cursor;
    cursor.by = start.by;
    cursor.operation = start.operation.value_or(Uuid::random(builder.services.random));
    cursor.policy = start.policy;
    ROOKERY_TRY(const auto there, builder.reading.read(retentionoperation, cursor.operation));
    if (there.state != Found::State::absent) {
        return fail(Errc::duplicate_id, "A retention operation with this id is there already.");
    }
    std::vector<Step<Change>> out;
    if (!start.refused.empty()) {
        ROOKERY_TRY(auto account, account_step(builder, start, cursor.operation, std::nullopt));
        out.push_back(std::move(account));
        return out;
    }
    NewJob job;
    job.name = words_of(start.kind).job;
    job.cursor = to_text(cursor);
    job.in_the_way = [](const JobRow&) { return false; };  // it waits for its turn
    job.rows_max = job_rows_max / 2;  // there is room for jobs that the vault needs
    ROOKERY_TRY(auto job_row, job_start(builder, job));
    give_to(job_row, builder, start.by.user);
    ROOKERY_TRY(auto account, account_step(builder, start, cursor.operation, job_row.id));
    if (needs != nullptr) job_row.needs = account.needs = *needs;
    out.push_back(std::move(job_row));
    out.push_back(std::move(account));
    return out;
}

access::Needs needs_of_run(RetentionKind kind, const schema::Table& table) {
    if (kind != RetentionKind::roll_back) {
        auto needs = needs_to_retain(table);
        return std::move(needs.need(table, schema::Right::read));
    }
    auto needs = needs_of_general(schema::prv_retain);
    needs.need(table, schema::Right::read).need(table, schema::Right::create);
    return needs;
}

Judged<AuthorizedChanges> plan_retention(
    PlanBuilder& builder, RetentionKind kind, const AskedRetention& asked
) {
    if (asked.query.table == nullptr || asked.text.empty() || asked.text.size() > criteria_max) {
        return fail(
            Errc::invalid_argument,
            "A run of retention takes a query of at most " + std::to_string(criteria_max) +
                " bytes as FetchXML."
        );
    }
    const auto& table = *asked.query.table;
    // What is retained comes back also where nothing more is.
    ROOKERY_CHECK(
        kind == RetentionKind::retain ? check_retains(builder.services, table)
                                      : check_can_be_retained(table)
    );
    ROOKERY_CHECK(check_few_of_his(builder, words_of(kind).job));
    RetentionStart start;
    start.kind = kind;
    start.table = table.name;
    start.name = std::string(words_of(kind).message) + " of " + std::string(table.name);
    start.criteria = asked.text;
    start.by = requester_of(builder.caller);
    start.operation = asked.operation;
    const auto needs = needs_of_run(kind, table);
    ROOKERY_TRY(auto steps, retention_start(builder, start, &needs));
    return judge_all(builder, std::move(steps));
}

Result<MessageReply::Body> start_planned(PlanBuilder& builder, AuthorizedChanges& plan) {
    StartedRetentionReply out;
    out.job = plan.front().id();
    out.operation = plan.back().id();
    ROOKERY_CHECK(apply_all(builder, plan));
    return out;
}

}  // namespace rookery::messages
