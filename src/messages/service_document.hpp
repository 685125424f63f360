// ServiceDocument: `GET /api/data/v9.2/`, the entity sets. Needs no row.
#pragma once

#include "pipeline/authorized.hpp"

namespace rookery::messages {

/// odata lists the entity sets from the schema.
struct ServiceDocumentReply {};

struct ServiceDocument {
    using Plan = Authorized<Act>;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
