#include "messages/record_bulk_delete.hpp"

#include "messages/apply_change.hpp"
#include "messages/job_rows.hpp"
#include "messages/pair_id.hpp"
#include "pipeline/needs.hpp"
#include "rules/write_draft.hpp"
#include "schema/known_tables.hpp"
#include "storage/text_key.hpp"

#include <algorithm>
#include <optional>
#include <string>

namespace rookery::messages {
namespace {

using schema::known::bulkdeletefailure;
using schema::known::bulkdeleteoperation;

std::int64_t counted(std::uint64_t rows) {
    constexpr std::uint64_t most = schema::bulk_delete::rows_max;
    return static_cast<std::int64_t>(std::min(rows, most));
}

/// It belongs to whoever the operation belongs to.
void give_to(storage::Row& row, const storage::Row& operation, const access::Facts& facts) {
    for (const auto* column : {"ownerid", "owninguser", "owningteam"}) {
        const auto* value = operation.get<storage::RowRef>(column);
        row.set(column, value == nullptr ? storage::Value{} : storage::Value{*value});
    }
    derive(row, facts);
}

std::uint64_t count_in(const storage::Row& operation, std::string_view column) {
    const auto* count = operation.get<std::int64_t>(column);
    return count == nullptr ? 0 : static_cast<std::uint64_t>(*count);
}

/// What is said of a row that no column leads to names it in the text.
std::string description_of(const DeleteFailure& failure, bool is_led_to) {
    const auto* table = schema::table(failure.row.table);
    auto text = is_led_to ? failure.message
                          : std::string(table->name) + "(" + to_string(failure.row.id) +
                                "): " + failure.message;
    return std::string(storage::first_code_points(text, schema::bulk_delete::description_max));
}

/// Nothing for one that was said before.
Result<std::optional<Draft>> draft_failure(
    PlanBuilder& builder, const storage::Row& operation, const DeleteFailure& failure
) {
    const auto id = pair_id(bulkdeletefailure, operation.id, failure.row.id);
    ROOKERY_TRY(const auto there, builder.reading.read(bulkdeletefailure, id));
    if (there.state != Found::State::absent) return std::optional<Draft>{};
    ROOKERY_TRY(
        auto draft,
        draft_create(builder.reading, builder.facts(), bulkdeletefailure, id, {}, builder.author())
    );
    give_to(draft.row, operation, builder.facts());
    if (const auto* job = operation.get<storage::RowRef>("asyncoperationid")) {
        set_column(draft, "asyncoperationid", *job);
    }
    set_column(draft, "bulkdeleteoperationid", operation.ref());
    const auto* regarding = bulkdeletefailure.column("regardingobjectid");
    const auto* table = schema::table(failure.row.table);
    const bool is_led_to =
        std::ranges::find(regarding->targets, table->name) != regarding->targets.end();
    if (is_led_to) set_column(draft, "regardingobjectid", failure.row);
    set_column(draft, "errordescription", description_of(failure, is_led_to));
    set_column(draft, "errornumber", number_of_error(failure.code));
    set_column(draft, "orderedqueryindex", static_cast<std::int64_t>(failure.query));
    return std::optional{std::move(draft)};
}

}  // namespace

MessageFacts RecordBulkDelete::facts() const {
    return {
        "rky_RecordBulkDelete",
        audit::Action::update,
        {&bulkdeleteoperation, operation},
        Cost::few_rows,
        Stores::something_new,
        OnBehalf::own_work};
}

Result<void> RecordBulkDelete::check_texts() const { return {}; }

access::Decision RecordBulkDelete::admit(const Asker& asker) const {
    return asker.decide(bulkdeletefailure, schema::Right::create);
}

Judged<RecordBulkDelete::Plan> RecordBulkDelete::plan(PlanBuilder& builder) const {
    if (failures.size() > delete_failures_max) {
        return fail(Errc::invalid_argument, "A job told more failures at once than it may.");
    }
    ROOKERY_TRY(const auto before, builder.reading.live(bulkdeleteoperation, operation));
    std::vector<Step<Change>> steps;
    for (const auto& failure : failures) {
        ROOKERY_TRY(auto draft, draft_failure(builder, *before, failure));
        if (draft) steps.push_back(job_step(nullptr, std::move(*draft)));
    }
    ROOKERY_TRY(
        auto draft,
        draft_update(builder.reading, builder.facts(), *before, Input{}, builder.author())
    );
    set_column(draft, "successcount", counted(count_in(*before, "successcount") + deleted));
    set_column(draft, "failurecount", counted(count_in(*before, "failurecount") + steps.size()));
    steps.push_back(job_step(before, std::move(draft)));
    return judge_all(builder, std::move(steps));
}

Result<MessageReply::Body> RecordBulkDelete::execute(PlanBuilder& builder, Plan plan) const {
    BulkDeleteReply reply;
    for (auto& change : plan) {
        ROOKERY_TRY(const auto written, apply_change(builder, change));
        const auto& row = *written.row;
        if (row.table != &bulkdeleteoperation) continue;
        reply = {count_in(row, "successcount"), count_in(row, "failurecount")};
    }
    return reply;
}

}  // namespace rookery::messages
