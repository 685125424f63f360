// Rejected: a request that could not be understood. It is on the record like any other.
#pragma once

#include "pipeline/authorized.hpp"

#include <optional>

namespace rookery::messages {

struct Rejected {
    Error error;
    const schema::Table* table = nullptr;  // if the URL got that far
    std::optional<Uuid> record = {};       // of it, that the request named and may not use

    using Plan = Authorized<Act>;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
