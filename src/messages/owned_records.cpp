#include "messages/owned_records.hpp"

#include "messages/row_planner.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace rookery::messages {
namespace {

bool may_be_assigned(const schema::Table& table) {
    const auto* owner = table.column("ownerid");
    return table.ownership == schema::Ownership::user && table.writable && owner != nullptr &&
           owner->may(schema::can::update);
}

Error too_many_records() {
    return {
        Errc::too_many_rows,
        "This would assign more than " + std::to_string(rows_changed_max) + " records.",
        "assign some of them first, in parts",
        {}};
}

Error not_all() {
    return {
        Errc::no_row_access,
        "The caller may not assign every record that the user has.",
        "assign those that you may, one by one",
        {}};
}

}  // namespace

Judged<AuthorizedChanges> assign_all(
    PlanBuilder& part, const storage::RowRef& from, const storage::RowRef& to
) {
    RowPlanner planner(part);
    std::vector<Step<Change>> steps;
    bool more = false;
    Preconditions existing;
    existing.must_exist = true;
    for (const auto* table : schema::tables()) {
        if (!may_be_assigned(*table)) continue;
        const auto& owner = *table->column("ownerid");
        const auto left = rows_changed_max - steps.size();
        ROOKERY_TRY(auto rows, part.reading.children(*table, owner, from, left + 1));
        more = more || rows.size() > left;
        rows.resize(std::min(rows.size(), left));
        for (const auto& row : rows) {
            Input input;
            input.cells.push_back({&owner, Target{schema::table(to.table), to.id}});
            ROOKERY_TRY(auto step, planner.upsert({table, row->id}, input, existing));
            steps.push_back(std::move(step));
        }
    }
    // How many there are, of which tables and which, is for those to hear who may assign them.
    auto judged = judge_all(part, std::move(steps));
    if (!judged && judged.error().decision && !judged.error().decision->allowed()) {
        judged.error().error = not_all();
    }
    if (!judged) return judged;
    if (more) return fail(too_many_records());
    return judged;
}

}  // namespace rookery::messages
