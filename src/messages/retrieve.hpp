// Retrieve: one row, or one property of it (`property`), or the row a lookup leads to (`follow`).
#pragma once

#include "pipeline/authorized.hpp"
#include "query/planned_expansion.hpp"
#include "query/query.hpp"

#include <optional>
#include <vector>

namespace rookery::messages {

struct RetrievePlan {
    Authorized<ShowRow> start;                  // the row that the message names
    std::optional<Authorized<ShowRow>> target;  // the one that its lookup leads to
    std::vector<PlannedExpansion> expanded;     // with the row that is shown
};

struct Retrieve {
    Target target;
    Selection selection;
    std::vector<Expansion> expanded;
    Preconditions preconditions;
    const schema::Column* property = nullptr;
    const schema::Column* follow = nullptr;
    const schema::Table* follow_to = nullptr;  // set: a row of another table is no row to follow to

    using Plan = RetrievePlan;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
