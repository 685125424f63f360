#include "messages/job_rows.hpp"

#include "pipeline/needs.hpp"
#include "rules/job_status.hpp"
#include "schema/known_tables.hpp"
#include "storage/text_key.hpp"

#include <algorithm>

namespace rookery::messages {
namespace {

storage::Value number(std::uint64_t value) { return static_cast<std::int64_t>(value); }

storage::Value text_or_null(const std::string& text, std::size_t length_max) {
    if (text.empty()) return {};
    return std::string(storage::first_code_points(text, length_max));
}

}  // namespace

std::int64_t number_of_error(Errc code) {
    const std::string text(info(code).dataverse_code);
    const auto bits = text.empty() ? 0UL : std::stoul(text, nullptr, 16);
    return static_cast<std::int32_t>(static_cast<std::uint32_t>(bits));
}

void set_column(Draft& draft, std::string_view name, storage::Value value) {
    const auto* column = draft.row.table->column(name);
    draft.row.set(column->id, std::move(value));
    draft.columns.push_back(column);
}

void set_status(Draft& draft, JobStatus status) {
    set_job_status(draft.row, status);
    for (const auto* name : {"statecode", "statuscode"}) {
        draft.columns.push_back(draft.row.table->column(name));
    }
}

Result<void> set_progress(Draft& draft, const JobProgress& progress) {
    const auto& table = schema::known::asyncoperation;
    if (progress.cursor.size() > table.column("rky_cursor")->length_max) {
        return fail(
            Errc::restricted, "What this job has to remember is more than its row has room for."
        );
    }
    const auto text = [&](std::string_view name, const std::string& value) {
        set_column(draft, name, text_or_null(value, table.column(name)->length_max));
    };
    set_column(draft, "rky_done", number(progress.done));
    set_column(draft, "rky_total", number(progress.total));
    set_column(draft, "rky_findings", number(progress.findings));
    text("rky_waitreason", progress.wait_reason);
    text("rky_cursor", progress.cursor);
    return {};
}

Step<Change> job_step(RowPtr before, Draft draft) {
    std::ranges::sort(draft.columns, {}, &schema::Column::id);
    Step<Change> out;
    out.table = draft.row.table;
    out.id = draft.row.id;
    out.needs = before == nullptr ? needs_to_create(draft) : needs_to_update(*before, draft);
    out.what = WriteRow{std::move(before), std::move(draft)};
    return out;
}

}  // namespace rookery::messages
