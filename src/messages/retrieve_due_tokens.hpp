// rky_RetrieveDueTokens: the records whose tokens are to be rotated, among those that the caller may read.
#pragma once

#include "messages/token_version_reply.hpp"
#include "pipeline/authorized.hpp"

#include <chrono>
#include <string>

namespace rookery::messages {

inline constexpr std::uint32_t due_top_max = 200;

struct DueToken {
    Uuid record;
    std::string name;
    SetAs current;
    RotationFacts rotation;
    bool overdue = false;
};

struct DueTokensReply {
    const schema::Table* table = nullptr;
    std::vector<DueToken> tokens;    // in the order of the records' ids
    std::optional<Uuid> next_after;  // not all were looked at: go on behind this one
};

struct RetrieveDueTokens {
    const schema::Table* table = nullptr;  // one with a history
    std::chrono::days within{0};           // due by then; 0: overdue now
    Uuid after;                            // records behind this id
    std::uint32_t top = 50;                // 1..due_top_max

    using Plan = Authorized<Act>;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
