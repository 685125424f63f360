#include "messages/start_forgetting.hpp"

#include "base/cursor_words.hpp"
#include "messages/job_start.hpp"
#include "query/job_reader.hpp"
#include "rules/purge_words.hpp"
#include "schema/known_tables.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace rookery::messages {
namespace {

const schema::Table* table_that_keeps(std::string_view word) {
    const auto id = number_of(word);
    const bool fits = id && *id <= std::numeric_limits<schema::TableId>::max();
    const auto* table = fits ? schema::table(static_cast<schema::TableId>(*id)) : nullptr;
    return table == nullptr || table->bin == schema::Bin::none ? nullptr : table;
}

/// One that has not begun takes its mark later, and so forgets what ends now. Its row is guarded: one that begins meanwhile is
/// too early.
Result<bool> is_forgotten_anyway(
    PlanBuilder& builder, const std::vector<const schema::Table*>& tables
) {
    ROOKERY_TRY(const auto jobs, read_jobs(builder.view, JobStateCode::ready));
    for (const auto& row : jobs.rows) {
        if (row.name != forgetting_job) continue;
        const auto cursor = parse_forgetting_cursor(row.progress.cursor);
        if (!cursor || cursor->mark != 0) continue;
        const bool covers = std::ranges::includes(
            cursor->tables, tables, {}, &schema::Table::id, &schema::Table::id
        );
        if (!covers) continue;
        ROOKERY_CHECK(builder.reading.read(schema::known::asyncoperation, row.id));
        return true;
    }
    return false;
}

}  // namespace

std::string to_text(const ForgettingCursor& cursor) {
    std::string tables;
    for (const auto* table : cursor.tables) {
        if (!tables.empty()) tables += '+';
        tables += std::to_string(table->id);
    }
    return std::string(purge_phases[1]) + " " + std::to_string(cursor.mark) + " " + tables;
}

Result<ForgettingCursor> parse_forgetting_cursor(std::string_view text) {
    const auto words = split(text, ' ');
    if (words.size() != 3 || words[0] != purge_phases[1]) return bad_cursor();
    const auto mark = number_of(words[1]);
    if (!mark) return bad_cursor();
    ForgettingCursor out{*mark, {}};
    for (const auto word : split(words[2], '+')) {
        const auto* table = table_that_keeps(word);
        if (table == nullptr) return bad_cursor();
        out.tables.push_back(table);
    }
    return out;
}

Result<std::optional<Step<Change>>> start_forgetting(
    PlanBuilder& builder, std::vector<const schema::Table*> tables, const access::Needs& needs
) {
    const auto& jobs = builder.services.jobs;
    if (tables.empty() || !jobs || !jobs->knows(forgetting_job)) {
        return std::optional<Step<Change>>{};
    }
    std::ranges::sort(tables, {}, &schema::Table::id);
    tables.erase(std::unique(tables.begin(), tables.end()), tables.end());
    ROOKERY_TRY(const bool anyway, is_forgotten_anyway(builder, tables));
    if (anyway) return std::optional<Step<Change>>{};
    NewJob job;
    job.name = forgetting_job;
    job.cursor = to_text(ForgettingCursor{0, std::move(tables)});
    job.in_the_way = [](const JobRow&) { return false; };  // each has a mark of its own
    ROOKERY_TRY(auto step, job_start(builder, job));
    step.needs = needs;
    return std::optional{std::move(step)};
}

}  // namespace rookery::messages
