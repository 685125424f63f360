// rky_RetrieveRootKeySlots: the ways into the vault, as each says itself what it is. No secret is in it.
#pragma once

#include "pipeline/authorized.hpp"
#include "pipeline/slot_book.hpp"

#include <cstdint>
#include <vector>

namespace rookery::messages {

struct RootKeySlotsReply {
    std::uint64_t set = 0;
    std::vector<KnownSlot> slots;  // ascending by id
};

struct RetrieveRootKeySlots {
    using Plan = Authorized<Act>;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
