#include "messages/bulk_delete.hpp"

#include "messages/apply_change.hpp"
#include "messages/asked_job.hpp"
#include "messages/bulk_delete_cursor.hpp"
#include "messages/job_rows.hpp"
#include "messages/job_start.hpp"
#include "messages/removal.hpp"
#include "messages/two_people.hpp"
#include "pipeline/needs.hpp"
#include "pipeline/pasted_token.hpp"
#include "rules/write_draft.hpp"
#include "schema/known_tables.hpp"

namespace rookery::messages {
namespace {

using schema::known::asyncoperation;
using schema::known::bulkdeleteoperation;

constexpr std::size_t queries_max = 16;
constexpr std::size_t text_max = 120'000;  // bytes, of all queries

Result<void> check_size(const BulkDelete& asked) {
    if (!asked.queries.empty() && asked.queries.size() <= queries_max &&
        asked.text.size() <= text_max) {
        return {};
    }
    return fail(
        Errc::invalid_argument,
        "A BulkDelete takes 1 to " + std::to_string(queries_max) + " queries, which have " +
            std::to_string(text_max) + " bytes as FetchXML altogether."
    );
}

/// Of a table that decides rights it deletes nothing: that takes what a credential carries, and a job has none.
Result<void> check_tables(const BulkDelete& asked) {
    for (const auto& query : asked.queries) {
        ROOKERY_CHECK(check_removable(*query.table));
        if (!query.table->access_fact) continue;
        return fail(
            Errc::restricted,
            "A BulkDelete deletes no row of '" + std::string(query.table->name) +
                "', which decides rights.",
            "delete them one by one, or in a change set"
        );
    }
    return {};
}

}  // namespace

access::Needs needs_to_bulk_delete() { return needs_of_general(schema::prv_bulk_delete); }

MessageFacts BulkDelete::facts() const {
    return {
        "BulkDelete",
        audit::Action::create,
        {&asyncoperation, std::nullopt},
        Cost::many_rows,
        Stores::something_new,
        OnBehalf::vault};
}

Result<void> BulkDelete::check_texts() const {
    PastedTokenCheck check;
    ROOKERY_CHECK(check.check("JobName", job_name));
    return check.check("QuerySet", text);
}

access::Decision BulkDelete::admit(const Asker& asker) const {
    for (const auto& query : queries) {
        auto decision = asker.decide(*query.table, schema::Right::remove);
        if (!decision.allowed()) return decision;
        auto listed = query.admit(asker);
        if (!listed.allowed()) return listed;
    }
    return asker.decide(needs_to_bulk_delete());
}

Judged<BulkDelete::Plan> BulkDelete::plan(PlanBuilder& builder) const {
    ROOKERY_CHECK(check_size(*this));
    ROOKERY_CHECK(check_tables(*this));
    ROOKERY_CHECK(check_begins_now(builder, "BulkDelete", start));
    ROOKERY_CHECK(check_few_of_his(builder, bulk_delete_job));
    BulkDeleteCursor cursor;
    cursor.by = requester_of(builder.caller);
    cursor.operation = Uuid::random(builder.services.random);
    NewJob job;
    job.name = bulk_delete_job;
    job.cursor = to_text(cursor);
    job.in_the_way = [](const JobRow&) { return false; };  // it waits for its turn
    job.rows_max = job_rows_max / 2;  // there is room for jobs that the vault needs
    ROOKERY_TRY(auto job_row, job_start(builder, job));
    job_row.needs = needs_to_bulk_delete();
    give_to_asker(job_row, builder);
    ROOKERY_TRY(
        auto draft,
        draft_create(
            builder.reading,
            builder.facts(),
            bulkdeleteoperation,
            cursor.operation,
            {},
            builder.author()
        )
    );
    set_column(draft, "name", job_name);
    set_column(draft, "asyncoperationid", storage::RowRef{asyncoperation.id, job_row.id});
    set_column(draft, "successcount", std::int64_t{0});
    set_column(draft, "failurecount", std::int64_t{0});
    set_column(draft, "isrecurring", false);
    set_column(draft, "orderedquerysetxml", text);
    auto operation = job_step(nullptr, std::move(draft));
    operation.needs = needs_to_bulk_delete();
    std::vector<Step<Change>> steps;
    steps.push_back(std::move(job_row));
    steps.push_back(std::move(operation));
    return judge_all(builder, std::move(steps));
}

Result<MessageReply::Body> BulkDelete::execute(PlanBuilder& builder, Plan plan) const {
    ROOKERY_TRY(const auto job, apply_change(builder, plan.front()));
    ROOKERY_CHECK(apply_change(builder, plan.back()));
    return StartedJobReply{job.row->id};
}

}  // namespace rookery::messages
