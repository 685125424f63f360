// IsValidStateTransition: whether a row could be given a state with a status.
#pragma once

#include "pipeline/authorized.hpp"

#include <cstdint>

namespace rookery::messages {

struct StateTransitionReply {
    bool valid = false;
};

/// For whoever reads the row. It is about states alone: whether the asker may change it, or anything else stands in the way, is
/// not said. Precondition: the table has states. Errc: not_found, key_not_found.
struct IsValidStateTransition {
    Target target;
    std::int64_t state = 0;
    std::int64_t status = 0;

    using Plan = Authorized<ShowRow>;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
