#include "messages/start_retention_run.hpp"

#include "messages/apply_change.hpp"
#include "messages/job_rows.hpp"
#include "messages/retention_start.hpp"
#include "pipeline/needs.hpp"
#include "rules/retention_terms.hpp"
#include "rules/write_draft.hpp"
#include "schema/known_tables.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

namespace rookery::messages {
namespace {

using schema::known::retentionconfig;
namespace policy = schema::retention_config;

/// In whose name it runs.
Requester activator_of(const storage::Row& config) {
    Requester out;
    if (const auto* user = config.get<storage::RowRef>("rky_activatedby")) out.user = user->id;
    if (const auto* with = config.get<Uuid>("rky_activatedwith")) out.credential = *with;
    return out;
}

struct Schedule {
    Recurrence recurrence = Recurrence::once;
    Instant start;
};

Schedule schedule_of(const storage::Row& config, Instant activated) {
    Schedule out{Recurrence::once, activated};
    if (const auto* word = config.get<std::string>("recurrence")) {
        out.recurrence = parse_recurrence(*word).value_or(Recurrence::once);
    }
    if (const auto* start = config.get<Instant>("starttime")) out.start = *start;
    return out;
}

Step<Change> nothing_to_start(const Uuid& config) {
    Step<Change> out;
    out.table = &retentionconfig;
    out.id = config;
    out.needs = needs_of_table(retentionconfig, schema::Right::write);
    return out;
}

/// Times that were missed are made up for by this one run.
Result<Step<Change>> gone_on(PlanBuilder& builder, const RowPtr& before, const Schedule& schedule) {
    ROOKERY_TRY(
        auto draft,
        draft_update(builder.reading, builder.facts(), *before, Input{}, builder.author())
    );
    set_column(draft, "rky_lastrun", builder.now);
    const auto from = builder.now + std::chrono::milliseconds{1};
    const auto next = schedule.recurrence == Recurrence::once
                          ? std::optional<Instant>{}
                          : next_run(schedule.recurrence, schedule.start, from);
    set_column(draft, "nextrun", next ? storage::Value{*next} : storage::Value{});
    if (!next) set_column(draft, "statuscode", policy::unscheduled);
    return job_step(before, std::move(draft));
}

Result<void> add_run(
    PlanBuilder& builder, const RetentionStart& start, std::vector<Step<Change>>& to
) {
    ROOKERY_TRY(auto steps, retention_start(builder, start, nullptr));
    std::ranges::move(steps, std::back_inserter(to));
    return {};
}

}  // namespace

MessageFacts StartRetentionRun::facts() const {
    return {
        "rky_StartRetentionRun",
        audit::Action::create,
        {&retentionconfig, config},
        Cost::few_rows,
        Stores::something_new,
        OnBehalf::own_work};
}

Result<void> StartRetentionRun::check_texts() const { return {}; }

access::Decision StartRetentionRun::admit(const Asker& asker) const {
    return asker.decide(schema::known::retentionoperation, schema::Right::create);
}

Judged<StartRetentionRun::Plan> StartRetentionRun::plan(PlanBuilder& builder) const {
    std::vector<Step<Change>> steps;
    ROOKERY_TRY(const auto found, builder.reading.read(retentionconfig, config));
    const auto& row = found.row;
    const auto* next = row ? row->get<Instant>("nextrun") : nullptr;
    const auto* activated = row ? row->get<Instant>("rky_activatedon") : nullptr;
    const bool is_due = next != nullptr && activated != nullptr && is_scheduled(*row) &&
                        *next == due && *next <= builder.now;
    if (!is_due) {
        steps.push_back(nothing_to_start(config));
        return judge_all(builder, std::move(steps));
    }
    RetentionStart start;
    if (const auto* table = row->get<std::string>("entitylogicalname")) start.table = *table;
    if (const auto* name = row->get<std::string>("name")) start.name = *name;
    start.by = activator_of(*row);
    start.policy = PolicyRun{config, *activated};
    const auto terms = retention_terms(builder.services, *row);
    if (!terms)
        start.refused = terms.error().message;  // by now, whatever held when it was activated
    if (terms) start.criteria = terms->criteria;
    ROOKERY_CHECK(add_run(builder, start, steps));
    if (terms && terms->purge_after) {
        start.kind = RetentionKind::purge;
        start.criteria.clear();
        start.retained_before = builder.now - *terms->purge_after;
        ROOKERY_CHECK(add_run(builder, start, steps));
    }
    ROOKERY_TRY(auto policy_row, gone_on(builder, row, schedule_of(*row, *activated)));
    if (terms) {
        auto& draft = std::get<WriteRow>(policy_row.what).draft;
        set_column(draft, "asyncoperationid", to_string(steps.front().id));
        std::ranges::sort(draft.columns, {}, &schema::Column::id);
    }
    steps.push_back(std::move(policy_row));
    return judge_all(builder, std::move(steps));
}

Result<MessageReply::Body> StartRetentionRun::execute(PlanBuilder& builder, Plan plan) const {
    RetentionRunReply out{plan.size() / 2};
    ROOKERY_CHECK(apply_all(builder, plan));
    return out;
}

}  // namespace rookery::messages
