// rky_RecordRetention: what a run has done, where it goes on, and how it stands, all in one write of its account. From the jobs only,
// never over HTTP.
#pragma once

#include "pipeline/authorized.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace rookery::messages {

/// With one message.
inline constexpr std::size_t retention_failures_said_max = 64;

struct RetentionFailure {
    storage::RowRef row;
    std::string message;  // as the request was answered
};

/// What the run has come to so far.
struct RetentionReply {
    std::uint64_t done = 0;
    std::uint64_t failed = 0;
};

/// Counts never go back, and what has ended stays as it ended. Of failures the first ones are said, as far as there is room.
/// Errc::not_found for an account that is gone.
struct RecordRetention {
    Uuid operation;
    std::uint64_t done = 0;                  // since it was said last, like the next two
    std::uint64_t failed = 0;                // besides those that follow
    std::vector<RetentionFailure> failures;  // at most retention_failures_said_max
    std::optional<std::string> place;        // where its list goes on; nothing: as it is
    std::optional<std::int64_t> status;      // the same
    std::string why;                         // of an end

    using Plan = Authorized<Change>;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
