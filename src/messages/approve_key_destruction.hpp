// rky_ApproveKeyDestruction: the second person's word for the destruction of a key that somebody asked for. Its
// job runs from then on: it proves that nothing is under the key, and makes the key unusable for a day.
#pragma once

#include "messages/destroyable_key.hpp"
#include "pipeline/authorized.hpp"

namespace rookery::messages {

/// Errc::restricted unless the job is a request for this key that waits; those of check_second_person.
struct ApproveKeyDestruction {
    Uuid job;
    std::uint32_t version = 0;
    crypto::Purpose purpose = crypto::Purpose::record_kek;

    using Plan = Authorized<Change>;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
