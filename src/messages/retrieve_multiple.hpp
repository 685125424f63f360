// RetrieveMultiple: rows of a table, all that the caller may read, or those of a collection navigation.
#pragma once

#include "pipeline/authorized.hpp"
#include "query/planned_expansion.hpp"
#include "query/query.hpp"

#include <optional>
#include <vector>

namespace rookery::messages {

struct RetrieveMultiplePlan {
    std::optional<Authorized<ShowRow>> parent;
    Authorized<ShowList> list;
    std::vector<PlannedExpansion> expanded;
};

struct RetrieveMultiple : Query {
    /// Its last page leads to what is changed from now on. Only a table's own rows, with no options but the columns.
    bool track_changes = false;

    using Plan = RetrieveMultiplePlan;

    [[nodiscard]] bool tracked() const;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
