#include "messages/publish_duplicate_rule.hpp"

#include "messages/apply_change.hpp"
#include "messages/job_rows.hpp"
#include "messages/job_start.hpp"
#include "pipeline/match_code.hpp"
#include "pipeline/needs.hpp"
#include "query/duplicates.hpp"
#include "query/job_reader.hpp"
#include "rules/job_status.hpp"
#include "rules/write_draft.hpp"
#include "schema/known_tables.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

namespace rookery::messages {
namespace {

using schema::known::asyncoperation;
using schema::known::duplicaterule;

constexpr std::string_view publish_job = "duplicate-rule-publish";

/// There would be nothing to do but the row of another job, beside which older ones go.
Result<void> check_unpublished(const storage::Row& row) {
    const auto* state = row.get<std::int64_t>("statecode");
    if (state == nullptr || *state != schema::duplicate_rule::active) return {};
    return fail(Errc::bad_state, "The duplicate detection rule is published already.");
}

Result<void> check_complete(PlanBuilder& builder, const storage::Row& row) {
    ROOKERY_TRY(const auto rule, read_match_rule(builder, row));
    if (rule.conditions.empty()) {
        return fail(
            Errc::rule_empty,
            "No criteria have been specified. Add criteria, and then publish the duplicate "
            "detection rule."
        );
    }
    if (rule.conditions.size() > match_conditions_max) return fail(rule_full());
    // Of conditions that were written at once neither knows of the other.
    for (auto one = rule.conditions.begin(); one != rule.conditions.end(); ++one) {
        const bool again =
            std::any_of(std::next(one), rule.conditions.end(), [&](const auto& other) {
                return is_same_comparison(*one, other);
            });
        if (again) return fail(comparison_repeated());
    }
    ROOKERY_TRY(const auto beside, published_rules(builder, *rule.base));
    const auto others =
        std::ranges::count_if(beside, [&](const MatchRule& one) { return one.id != rule.id; });
    if (static_cast<std::size_t>(others) < published_rules_max) return {};
    return fail(
        Errc::rules_full,
        "The selected record type already has the maximum number of published rules. Unpublish or "
        "delete existing rules for this record type, and then try again."
    );
}

/// The row of a job that has done what there was to do. It belongs to whoever published.
Result<Step<Change>> ended_job(PlanBuilder& builder) {
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
    const auto types = asyncoperation.column("operationtype")->options;
    const auto type = std::ranges::find(types, publish_job, &schema::Option::label);
    set_column(draft, "name", std::string(publish_job));
    set_column(draft, "messagename", std::string(builder.message.name));
    set_column(draft, "operationtype", std::int64_t{type->value});
    set_column(draft, "startedon", Instant{std::chrono::floor<std::chrono::seconds>(builder.now)});
    set_status(draft, JobStatus::succeeded);
    follow_job_status(nullptr, draft.row, builder.now);
    auto step = job_step(nullptr, std::move(draft));
    step.needs = needs_to_publish();
    // There is room for the jobs that the vault needs.
    if (auto room = check_job_room(builder, job_rows_max / 2); !room) {
        step.deferred_error = room.error();
    }
    return step;
}

}  // namespace

access::Needs needs_to_publish() { return needs_of_general(schema::prv_publish_duplicate_rule); }

Result<Step<Change>> step_to_set_published(PlanBuilder& builder, RowPtr rule, bool published) {
    namespace rules = schema::duplicate_rule;
    ROOKERY_TRY(
        auto draft, draft_update(builder.reading, builder.facts(), *rule, Input{}, builder.author())
    );
    set_column(draft, "statecode", published ? rules::active : rules::inactive);
    set_column(draft, "statuscode", published ? rules::published : rules::unpublished);
    auto step = job_step(std::move(rule), std::move(draft));
    step.needs.need(schema::prv_publish_duplicate_rule);
    return step;
}

MessageFacts PublishDuplicateRule::facts() const {
    return {
        "PublishDuplicateRule",
        audit::Action::update,
        {&duplicaterule, rule},
        Cost::few_rows,
        Stores::something_new,
        OnBehalf::may};
}

Result<void> PublishDuplicateRule::check_texts() const { return {}; }

access::Decision PublishDuplicateRule::admit(const Asker& asker) const {
    auto write = asker.decide(duplicaterule, schema::Right::write);
    return write.allowed() ? asker.decide(needs_to_publish()) : write;
}

Judged<PublishDuplicateRule::Plan> PublishDuplicateRule::plan(PlanBuilder& builder) const {
    ROOKERY_TRY(auto row, builder.reading.live(duplicaterule, rule));
    auto allowed = check_unpublished(*row);
    if (allowed) allowed = check_complete(builder, *row);
    std::vector<Step<Change>> steps;
    ROOKERY_TRY(auto published, step_to_set_published(builder, std::move(row), true));
    if (!allowed) published.deferred_error = allowed.error();
    steps.push_back(std::move(published));
    ROOKERY_TRY(auto job, ended_job(builder));
    steps.push_back(std::move(job));
    return judge_all(builder, std::move(steps));
}

Result<MessageReply::Body> PublishDuplicateRule::execute(PlanBuilder& builder, Plan plan) const {
    ROOKERY_CHECK(apply_change(builder, plan.front()));
    ROOKERY_TRY(const auto job, apply_change(builder, plan.back()));
    return StartedJobReply{job.row->id};
}

}  // namespace rookery::messages
