// rky_SetTokenPolicy: after how many days the tokens of a record are due to be rotated. For whoever may write the record.
#pragma once

#include "pipeline/authorized.hpp"

#include <cstdint>
#include <optional>

namespace rookery::messages {

/// Errc::out_of_range, version_mismatch.
struct SetTokenPolicy {
    Target target;
    std::optional<std::int64_t>
        rotation_days;                 // 1..rotation_days_max; nothing: as the configuration says
    Preconditions preconditions = {};  // of the record

    using Plan = Authorized<Act>;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
