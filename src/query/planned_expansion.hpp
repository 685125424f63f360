// PlannedExpansion: what $expand asks for, allowed table by table before a row is read. Each row is then judged by itself
// (query/expander.hpp).
#pragma once

#include "pipeline/authorized.hpp"
#include "pipeline/message_facts.hpp"
#include "query/query.hpp"

#include <optional>
#include <vector>

namespace rookery::messages {

struct PlannedExpansion;

/// The rows of one table that an expansion may lead to.
struct PlannedTable {
    const Query* query;  // the message's
    Authorized<ShowList> list;
    std::vector<PlannedExpansion> expanded;
};

struct PlannedExpansion {
    const Expansion* asked;  // the message's
    // Those tables of a lookup that the caller may read. A reference shows no row and has none.
    std::vector<PlannedTable> to;
};

/// Of the tables that the query's filter and order lead to, the first that the caller may not read, as its decision.
[[nodiscard]] std::optional<access::Decision> refused_join(const Asker& asker, const Query& query);

/// Stops at the first of them. Which of their rows count is decided row by row (query/related_judge.hpp).
[[nodiscard]] Judged<void> judge_joins(PlanBuilder& builder, const Query& query);

/// Of the tables that are expanded, the first that the caller may not read, as its decision. A lookup of several tables is
/// not refused: what it leads to is null where he may not read it.
[[nodiscard]] std::optional<access::Decision> refused_expansion(
    const Asker& asker, const std::vector<Expansion>& expanded
);

/// The expansions outlive what is planned of them.
[[nodiscard]] Judged<std::vector<PlannedExpansion>> plan_expansions(
    PlanBuilder& builder, const std::vector<Expansion>& expanded
);

}  // namespace rookery::messages
