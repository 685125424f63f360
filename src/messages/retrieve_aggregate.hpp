// RetrieveAggregate: what the rows of a table come to that the caller may read, or those of a collection navigation: groups
// of them, numbers, sums. Dataverse knows it as a RetrieveMultiple, and the log calls it so.
#pragma once

#include "pipeline/authorized.hpp"
#include "pipeline/reply.hpp"
#include "query/aggregation.hpp"
#include "query/query.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace rookery::messages {

/// One value of a group, as its answer names it.
struct AggregatedColumn {
    std::string name;
    const schema::Column* column = nullptr;  // whose value it is; null: a number of its own
    DatePart part = DatePart::none;
};

struct AggregateReply {
    struct Cell {
        storage::Value value;
        std::string formatted;  // lookups: name of the target, if asked for
    };

    const schema::Table* table = nullptr;
    std::vector<AggregatedColumn> columns;
    std::vector<std::vector<Cell>> groups;  // each with a cell for each column
    bool shows_nulls = false;
    std::optional<std::string> next_token;
};

struct RetrieveAggregatePlan {
    std::optional<Authorized<ShowRow>> parent;
    Authorized<ShowList> list;
};

struct RetrieveAggregate : Query {
    using Plan = RetrieveAggregatePlan;

    Aggregation aggregation;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
