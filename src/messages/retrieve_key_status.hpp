// rky_RetrieveKeyStatus: the vault's keys by purpose and version, without their bytes, and what is due.
#pragma once

#include "crypto/keyring.hpp"
#include "pipeline/authorized.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace rookery::messages {

/// A record KEK that has been the active one for longer should have a successor.
inline constexpr std::chrono::days kek_active_max{90};

struct KeyStatusReply {
    std::uint64_t epoch = 0;
    std::uint64_t slot_set = 0;
    std::vector<crypto::KeyEntry>
        keys;  // ascending by purpose and version; of the KEK in use the uses as of now
    std::vector<std::string> due;  // for people: what to do, and what to type
};

struct RetrieveKeyStatus {
    using Plan = Authorized<Act>;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
