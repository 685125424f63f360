// PurgeRetainedContent: leaves nothing but tombstones of retained records, the oldest first, a page at a time.
#pragma once

#include "pipeline/authorized.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace rookery::messages {

/// Records of one request; each is an entry of its own, and so is each of their parts.
inline constexpr std::size_t purge_retained_max = 250;

struct PurgeRetainedReply {
    // Records, of each table of which any ended. What is a part of them is not counted.
    std::vector<std::pair<const schema::Table*, std::uint64_t>> ended;
    bool more = false;  // another request would end more
    // That are left: the caller may not delete them, or they are not as they were written.
    std::uint64_t failed = 0;
};

struct PurgeRetainedPlan {
    Authorized<Act> asked;
    AuthorizedChanges ended;
    PurgeRetainedReply reply;
};

/// Errc: invalid_argument for a page of another size, and for a table of which nothing is retained.
struct PurgeRetainedContent {
    const schema::Table* table = nullptr;        // null: of all tables
    std::size_t page_size = purge_retained_max;  // 1 to purge_retained_max
    // Only records whose versionnumber, which they got when they were retained, is at most this.
    std::optional<std::uint64_t> max_version = {};
    // And only those that were retained earlier than this.
    std::optional<Instant> retained_before = {};
    std::optional<Uuid> operation = {};  // that it belongs to: for the log

    using Plan = PurgeRetainedPlan;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
