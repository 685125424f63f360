// rky_RetrySync: parked entries are due again, at most 1000 with one call. Errc::unsupported without a sync.
#pragma once

#include "pipeline/authorized.hpp"

namespace rookery::messages {

/// Entries that one call makes due again.
inline constexpr std::size_t retried_max = 1000;

struct RetryReply {
    std::uint64_t retried = 0;
    std::uint64_t left = 0;  // still parked
};

struct RetrySync {
    using Plan = Authorized<Act>;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
