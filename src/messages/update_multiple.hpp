// UpdateMultiple: changes of rows that are there, all or none. An item is decided on the state that those before it leave, as
// an Update of its own: a row may be named twice, and is then changed twice.
#pragma once

#include "messages/parts.hpp"

#include <vector>

namespace rookery::messages {

struct UpdateMultiple {
    struct Item {
        Target target;
        Input input;
    };

    const schema::Table* table = nullptr;
    std::vector<Item> rows;
    Duplicates duplicates = Duplicates::allowed;

    using Plan = Parts;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
