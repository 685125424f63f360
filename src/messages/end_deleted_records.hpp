// rky_EndDeletedRecords: leaves nothing but tombstones of deleted records whose time in the recycle bin is over. From the
// jobs only, never over HTTP.
#pragma once

#include "pipeline/authorized.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace rookery::messages {

/// With one message; each is a change and an entry of its own.
inline constexpr std::size_t end_deleted_max = 64;

struct EndDeletedReply {
    std::uint64_t ended = 0;  // one that is not as it was written is left alone
};

struct EndDeletedRecords {
    std::vector<storage::RowRef> rows;  // of tables with a bin
    // Whatever their time, and what is retained too: of a restored vault, in which records lie that were purged since the
    // backup.
    bool at_once = false;

    using Plan = Authorized<Act>;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
