// rky_StartRetentionRun: a policy's time has come: its runs begin, in the name of who activated it, and it is due again when its
// recurrence says. From the jobs only, never over HTTP.
#pragma once

#include "pipeline/authorized.hpp"

#include <cstddef>
#include <optional>

namespace rookery::messages {

struct RetentionRunReply {
    std::size_t runs = 0;
};

/// A policy that is changed, or whose run was started already, has another time by then: nothing begins. Errc: those of job_start.
struct StartRetentionRun {
    Uuid config;
    Instant due;  // its nextrun

    using Plan = AuthorizedChanges;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
