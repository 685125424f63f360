// rky_RetrieveAuditEvents: newest first; reading the log is itself on the log.
#pragma once

#include "messages/authorized.hpp"

namespace rookery::messages {

struct RetrieveAuditEvents {
    std::optional<Uuid> record;
    std::string unique_handle_id;        // of the record that has it now; empty: of any
    std::optional<Uuid> actor;
    std::optional<ByteArray<8>> credential;  // identity::fingerprint
    std::optional<Instant> since;
    std::uint64_t from = 0;              // index: older entries were seen before
    std::optional<std::uint64_t> below;  // index: continue a page
    std::uint32_t top = 50;              // 1..1000

    using Plan = Authorized<Act>;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
