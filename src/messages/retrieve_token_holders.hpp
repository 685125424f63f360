// rky_RetrieveTokenHolders: who got a record's tokens in clear, which version last, and who still holds an older one: what
// somebody took or acknowledged last in time counts. By the log, since a retrieve leaves nothing else behind. For whoever reads the log.
#pragma once

#include "pipeline/authorized.hpp"

#include <optional>
#include <string>

namespace rookery::messages {

struct TokenHolder {
    Uuid user;
    std::string name;           // empty: unknown by now
    std::uint64_t version = 0;  // that he got or acknowledged last; 0: one older than what is kept
    Instant on{};               // when that was
    bool acknowledged = false;
    bool holds_older = false;  // than the current one
};

struct TokenHoldersReply {
    storage::RowRef record;
    std::uint64_t current = 0;
    std::vector<TokenHolder> holders;         // by their ids
    std::optional<std::uint64_t> next_below;  // index: older entries were not looked at
};

struct RetrieveTokenHolders {
    Target target;
    std::optional<std::uint64_t> below;  // index: entries below it
    Preconditions preconditions = {};

    using Plan = Authorized<Act>;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
