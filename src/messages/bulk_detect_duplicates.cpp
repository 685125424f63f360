#include "messages/bulk_detect_duplicates.hpp"

#include "messages/apply_change.hpp"
#include "messages/asked_job.hpp"
#include "messages/detection_cursor.hpp"
#include "messages/job_rows.hpp"
#include "messages/job_start.hpp"
#include "messages/two_people.hpp"
#include "pipeline/match_code.hpp"
#include "pipeline/needs.hpp"
#include "pipeline/pasted_token.hpp"
#include "query/duplicates.hpp"
#include "schema/known_tables.hpp"

#include <algorithm>
#include <utility>

namespace rookery::messages {
namespace {

using schema::known::asyncoperation;

Result<void> check_query(PlanBuilder& builder, const BulkDetectDuplicates& asked) {
    if (asked.query.table == nullptr || asked.text.size() > detection_query_max) {
        return fail(
            Errc::invalid_argument,
            "A BulkDetectDuplicates takes a query, which has at most " +
                std::to_string(detection_query_max) + " bytes as FetchXML."
        );
    }
    if (!detects_duplicates(*asked.query.table)) {
        return fail(
            Errc::detection_unsupported,
            "Duplicate detection is not enabled for one or more of the selected entities. The "
            "duplicate detection job cannot be started."
        );
    }
    ROOKERY_TRY(const auto rules, published_rules(builder, *asked.query.table));
    if (!rules.empty()) return {};
    return fail(
        Errc::no_rules,
        "There are no published duplicate detection rules in the system. To run duplicate "
        "detection, you must create and publish one or more rules."
    );
}

}  // namespace

access::Needs needs_to_detect() { return needs_of_table(asyncoperation, schema::Right::create); }

MessageFacts BulkDetectDuplicates::facts() const {
    return {
        "BulkDetectDuplicates",
        audit::Action::create,
        {&asyncoperation, std::nullopt},
        Cost::many_rows,
        Stores::something_new,
        OnBehalf::vault};
}

Result<void> BulkDetectDuplicates::check_texts() const {
    PastedTokenCheck check;
    ROOKERY_CHECK(check.check("JobName", job_name));
    return check.check("Query", text);
}

access::Decision BulkDetectDuplicates::admit(const Asker& asker) const {
    if (query.table != nullptr) {
        auto listed = query.admit(asker);
        if (!listed.allowed()) return listed;
    }
    return asker.decide(needs_to_detect());
}

Judged<BulkDetectDuplicates::Plan> BulkDetectDuplicates::plan(PlanBuilder& builder) const {
    ROOKERY_CHECK(check_query(builder, *this));
    ROOKERY_CHECK(check_begins_now(builder, "BulkDetectDuplicates", start));
    ROOKERY_CHECK(check_few_of_his(builder, duplicate_detection_job));
    DetectionCursor cursor;
    cursor.by = requester_of(builder.caller);
    cursor.query = text;
    NewJob job;
    job.name = duplicate_detection_job;
    job.cursor = to_text(cursor);
    job.in_the_way = [](const JobRow&) { return false; };  // it waits for its turn
    job.rows_max = job_rows_max / 2;  // there is room for jobs that the vault needs
    ROOKERY_TRY(auto step, job_start(builder, job));
    give_to_asker(step, builder);
    // Until it has ended, its message is what it is called; then what came of it.
    auto& write = std::get<WriteRow>(step.what);
    cursor.job = write.draft.row.id;
    write.draft.row.set("rky_cursor", to_text(cursor));
    set_column(write.draft, "friendlymessage", job_name);
    std::ranges::sort(write.draft.columns, {}, &schema::Column::id);
    step.needs = needs_to_create(write.draft);
    return Plan::judge(builder, std::move(step));
}

Result<MessageReply::Body> BulkDetectDuplicates::execute(PlanBuilder& builder, Plan plan) const {
    ROOKERY_TRY(const auto written, apply_change(builder, plan));
    return StartedJobReply{written.row->id};
}

}  // namespace rookery::messages
