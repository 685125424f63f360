// RetrieveMetadata: which tables, columns and operations there are. The schema is the same for everybody and
// holds no row, so whoever is enabled may read it.
#pragma once

#include "pipeline/authorized.hpp"

namespace rookery::messages {

/// odata answers from the schema.
struct MetadataReply {};

struct RetrieveMetadata {
    using Plan = Authorized<Act>;

    bool many = false;  // an answer about many tables and their columns

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
