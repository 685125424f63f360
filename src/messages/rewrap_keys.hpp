// rky_RewrapKeys: data keys wrapped anew under the active KEK, some rows at a time. From the jobs only, never over HTTP.
//
// No value is opened, and the row stays what it was for everybody: its version, versionnumber and tag are the same. What
// has gone meanwhile, or is under the active KEK already, is left as it is.
#pragma once

#include "pipeline/authorized.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace rookery::messages {

/// With one message: their entry names how many, not which.
inline constexpr std::size_t rewrap_rows_max = 512;

/// How a rotation ended: of the last message, which needs no rows.
struct RewrapEnd {
    std::uint64_t rewrapped = 0;  // by all messages of the job
    std::uint64_t remaining = 0;  // data keys that are not under the active KEK
};

struct RewrapReply {
    std::uint64_t rewrapped = 0;
    std::vector<storage::RowRef> damaged;  // left alone: not as they were written
};

struct RewrapKeys {
    std::vector<storage::RowRef> rows;  // of tables with sealed columns
    std::optional<RewrapEnd> end;

    using Plan = Authorized<Act>;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
