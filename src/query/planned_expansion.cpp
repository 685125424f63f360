#include "query/planned_expansion.hpp"

#include "pipeline/needs.hpp"
#include "query/joins.hpp"
#include "schema/known_tables.hpp"

#include <utility>

namespace rookery::messages {
namespace {

Judged<PlannedTable> plan_table(PlanBuilder& builder, const Query& query) {
    Step<ShowList> step;
    step.table = query.table;
    step.needs = needs_to_list(*query.table, query.selection);
    ROOKERY_TRY(auto list, Authorized<ShowList>::judge(builder, std::move(step)));
    ROOKERY_CHECK(judge_joins(builder, query));
    ROOKERY_TRY(auto expanded, plan_expansions(builder, query.expanded));
    return PlannedTable{&query, std::move(list), std::move(expanded)};
}

/// And, on behalf of another, that of his teams, if the filter depends on them: who asks learns which they are.
std::vector<const schema::Table*> tables_looked_at(
    const access::Caller& caller, const Query& query
) {
    auto out = tables_joined(query);
    if (caller.delegate && asks_for_callers_teams(query)) {
        out.push_back(&schema::known::teammembership);
    }
    return out;
}

}  // namespace

std::optional<access::Decision> refused_join(const Asker& asker, const Query& query) {
    for (const auto* table : tables_looked_at(asker.caller, query)) {
        auto decision = asker.decide(*table, schema::Right::read);
        if (!decision.allowed()) return decision;
    }
    return std::nullopt;
}

Judged<void> judge_joins(PlanBuilder& builder, const Query& query) {
    for (const auto* table : tables_looked_at(builder.caller, query)) {
        Step<ShowList> step;
        step.table = table;
        step.needs = needs_of_table(*table, schema::Right::read);
        ROOKERY_CHECK(Authorized<ShowList>::judge(builder, std::move(step)));
    }
    return {};
}

std::optional<access::Decision> refused_expansion(
    const Asker& asker, const std::vector<Expansion>& expanded
) {
    for (const auto& one : expanded) {
        if (one.reference || one.to.size() != 1) continue;
        const auto& query = one.to.front();
        auto decision = asker.decide(*query.table, schema::Right::read);
        if (!decision.allowed()) return decision;
        if (auto joined = refused_join(asker, query)) return joined;
        if (auto below = refused_expansion(asker, query.expanded)) return below;
    }
    return std::nullopt;
}

Judged<std::vector<PlannedExpansion>> plan_expansions(
    PlanBuilder& builder, const std::vector<Expansion>& expanded
) {
    std::vector<PlannedExpansion> out;
    out.reserve(expanded.size());
    for (const auto& one : expanded) {
        auto& planned = out.emplace_back(PlannedExpansion{&one, {}});
        if (one.reference) continue;
        for (const auto& query : one.to) {
            auto table = plan_table(builder, query);
            if (table) {
                planned.to.push_back(std::move(*table));
            } else if (one.to.size() == 1 || !table.error().decision || table.error().decision->allowed()) {
                return fail(std::move(table).error());
            }
        }
    }
    return out;
}

}  // namespace rookery::messages
