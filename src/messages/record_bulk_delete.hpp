// rky_RecordBulkDelete: how much a bulk delete has deleted, and what it could not. From the jobs only, never over HTTP.
#pragma once

#include "pipeline/authorized.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace rookery::messages {

/// With one message.
inline constexpr std::size_t delete_failures_max = 64;

struct DeleteFailure {
    storage::RowRef row;
    std::size_t query = 0;
    Errc code = Errc::internal;
    std::string message;  // as the Delete was answered
};

/// What the operation has come to so far.
struct BulkDeleteReply {
    std::uint64_t deleted = 0;
    std::uint64_t failed = 0;
};

/// The row of a failure has an id of the operation and of its row, so that one that is said twice is counted once.
/// Errc::not_found for an operation that is gone.
struct RecordBulkDelete {
    Uuid operation;
    std::uint64_t deleted = 0;            // since it was said last
    std::vector<DeleteFailure> failures;  // at most delete_failures_max, each row once

    using Plan = AuthorizedChanges;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
