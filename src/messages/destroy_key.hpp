// rky_DestroyKey: a record KEK or a row key that is not used any more is to be destroyed, in two acts a day apart, each a
// job that first proves that nothing in the store is under it. The first act takes a second person: rky_ApproveKeyDestruction.
#pragma once

#include "crypto/keyring.hpp"
#include "messages/destroyable_key.hpp"
#include "messages/start_job.hpp"
#include "pipeline/authorized.hpp"

#include <chrono>
#include <cstdint>

namespace rookery::messages {

inline constexpr std::string_view key_destruction_job = "key-destruction";

/// How long a key has a successor before anybody asks for its destruction: what still needs it shows in that time.
inline constexpr std::chrono::days key_retired_min{7};
/// How long it waits then, unusable: what still needs it fails, and shows on the log.
inline constexpr std::chrono::hours key_pending_min{24};

/// When the key's next act towards its destruction may be; Errc::invalid_argument for a version that there is not,
/// restricted for one that is used, new or destroyed already.
[[nodiscard]] Result<Instant> next_act_of_destruction(
    const crypto::Keyring& keyring, const DestroyableKey& of
);

struct DestroyKey {
    std::uint32_t version = 0;
    crypto::Purpose purpose = crypto::Purpose::record_kek;  // or another of destroyable_purposes

    using Plan = Authorized<Change>;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
