// rky_EndTokenVersions: ends the versions of some records' tokens that are too old or too many, when no write of the record
// has. From the jobs only, never over HTTP.
//
// What a write would have ended goes, and nobody is given less by that: a version that is too old is given to nobody anyway.
// The newest one's row stays without the tokens, since it says when the present ones were set, and goes with the next
// write.
#pragma once

#include "pipeline/authorized.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace rookery::messages {

/// With one message; each version that ends is a change and an entry of its own.
inline constexpr std::size_t end_versions_records_max = 64;

struct EndVersionsReply {
    std::uint64_t ended = 0;
    std::vector<storage::RowRef>
        damaged;  // records of which a version is not as it was written: left alone
};

struct EndTokenVersions {
    std::vector<storage::RowRef> records;  // of tables with a history

    using Plan = Authorized<Act>;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
