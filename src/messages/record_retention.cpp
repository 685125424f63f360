#include "messages/record_retention.hpp"

#include "messages/apply_change.hpp"
#include "messages/job_rows.hpp"
#include "rules/write_draft.hpp"
#include "schema/known_tables.hpp"
#include "storage/text_key.hpp"

#include <algorithm>

namespace rookery::messages {
namespace {

using schema::known::retentionoperation;
namespace of = schema::retention_operation;

std::int64_t number_said(const storage::Row& account, std::string_view column) {
    const auto* count = account.get<std::int64_t>(column);
    return count == nullptr ? 0 : *count;
}

std::int64_t counted_up(
    const storage::Row& account, std::string_view column, std::uint64_t further
) {
    constexpr std::uint64_t most = of::rows_max;
    const auto before = static_cast<std::uint64_t>(number_said(account, column));
    return static_cast<std::int64_t>(std::min(before + std::min(further, most), most));
}

void add_line(std::string& text, std::string_view line) {
    if (text.size() >= of::details_max) return;
    if (!text.empty()) text += '\n';
    text += line;
}

std::string with_failures(const storage::Row& account, const RecordRetention& said) {
    const auto* before = account.get<std::string>("additionaldetails");
    auto out = before == nullptr ? std::string{} : *before;
    for (const auto& failure : said.failures) {
        add_line(
            out,
            std::string(schema::table(failure.row.table)->name) + "(" + to_string(failure.row.id) +
                "): " + failure.message
        );
    }
    if (!said.why.empty()) add_line(out, said.why);
    return std::string(storage::first_code_points(out, of::details_max));
}

bool has_state(const storage::Row& account, std::int64_t state) {
    return number_said(account, "statecode") == state;
}

constexpr std::int64_t completed_state = 3;

void set_account_status(Draft& draft, std::int64_t status, Instant now) {
    const auto* column = retentionoperation.column("statuscode");
    const auto option = std::ranges::find(column->options, status, &schema::Option::value);
    set_column(draft, "statecode", std::int64_t{option->state});
    set_column(draft, "statuscode", status);
    const auto second = Instant{std::chrono::floor<std::chrono::seconds>(now)};
    if (draft.row.find("starttime") == nullptr) set_column(draft, "starttime", second);
    if (option->state == completed_state) set_column(draft, "endtime", second);
}

}  // namespace

MessageFacts RecordRetention::facts() const {
    return {
        "rky_RecordRetention",
        audit::Action::update,
        {&retentionoperation, operation},
        Cost::few_rows,
        Stores::nothing_new,
        OnBehalf::own_work};
}

Result<void> RecordRetention::check_texts() const { return {}; }

access::Decision RecordRetention::admit(const Asker& asker) const {
    return asker.decide(retentionoperation, schema::Right::create);
}

Judged<RecordRetention::Plan> RecordRetention::plan(PlanBuilder& builder) const {
    const auto statuses = retentionoperation.column("statuscode")->options;
    if (failures.size() > retention_failures_said_max ||
        (status && std::ranges::find(statuses, *status, &schema::Option::value) == statuses.end()
        )) {
        return fail(Errc::invalid_argument, "A job told more failures at once than it may.");
    }
    ROOKERY_TRY(auto before, builder.reading.live(retentionoperation, operation));
    ROOKERY_TRY(
        auto draft,
        draft_update(builder.reading, builder.facts(), *before, Input{}, builder.author())
    );
    if (!has_state(*before, completed_state)) {
        set_column(draft, "retentioncount", counted_up(*before, "retentioncount", done));
        set_column(
            draft, "failedcount", counted_up(*before, "failedcount", failed + failures.size())
        );
        if (!failures.empty() || !why.empty()) {
            set_column(draft, "additionaldetails", with_failures(*before, *this));
        }
        if (place) {
            const bool fits = !place->empty() &&
                              place->size() <= retentionoperation.column("rky_place")->length_max;
            set_column(draft, "rky_place", fits ? storage::Value{*place} : storage::Value{});
        }
        if (status) set_account_status(draft, *status, builder.now);
    }
    return Plan::judge(builder, job_step(std::move(before), std::move(draft)));
}

Result<MessageReply::Body> RecordRetention::execute(PlanBuilder& builder, Plan plan) const {
    ROOKERY_TRY(const auto written, apply_change(builder, plan));
    const auto& row = *written.row;
    return RetentionReply{
        static_cast<std::uint64_t>(number_said(row, "retentioncount")),
        static_cast<std::uint64_t>(number_said(row, "failedcount"))};
}

}  // namespace rookery::messages
