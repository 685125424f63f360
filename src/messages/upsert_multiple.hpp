// UpsertMultiple: rows that are created or updated, all or none.
#pragma once

#include "pipeline/authorized.hpp"

namespace rookery::messages {

struct UpsertMultiple {
    struct Item {
        Target target;
        Input input;
    };

    const schema::Table* table = nullptr;
    std::vector<Item> rows;
    Duplicates duplicates = Duplicates::allowed;

    using Plan = AuthorizedChanges;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
