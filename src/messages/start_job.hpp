// rky_StartJob: makes the row of a job, which the runner takes up. One of each name at a time.
#pragma once

#include "pipeline/authorized.hpp"

#include <string>
#include <string_view>

namespace rookery::messages {

/// The jobs that change keys by their name alone: a new record KEK, with fresh data keys under it, a new row key. Whoever
/// else may start jobs needs prvrkyManageKeys for them.
inline constexpr std::string_view key_rotation_job = "key-rotation";
inline constexpr std::string_view data_rekey_job = "data-rekey";
inline constexpr std::string_view row_rekey_job = "row-rekey";

struct StartedJobReply {
    Uuid job;
};

/// Errc::unsupported where no jobs run, invalid_argument for a name that no job has, restricted while one of this
/// name has not ended, too_many_requests while far more rows than are kept wait for their removal.
struct StartJob {
    std::string name;

    using Plan = Authorized<Change>;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
