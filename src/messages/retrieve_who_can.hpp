// rky_RetrieveWhoCan: who could read a token of a record in clear now, in which ways; or of any record that a
// user or team would own.
#pragma once

#include "messages/explain_reply.hpp"
#include "pipeline/authorized.hpp"

namespace rookery::messages {

struct RetrieveWhoCan {
    Target target;                           // of a table with sealed columns
    std::optional<Uuid> owner;               // then no record: any that this user or team would own
    const schema::Column* column = nullptr;  // sealed; null: any of them
    Uuid after;                              // continue a page: users above this id
    std::uint32_t top = 50;                  // 1..200

    using Plan = Authorized<Act>;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
