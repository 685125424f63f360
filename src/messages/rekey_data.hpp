// rky_RekeyData: fresh data keys, some rows at a time. From the jobs only, never over HTTP.
//
// The tokens are opened and sealed again inside the crypto module and never come out of it. For everybody the row stays
// what it was: its versionnumber, its values and their versions are the same, and nothing of it is synced. What has gone
// meanwhile, or has a fresh data key already, is left as it is.
#pragma once

#include "messages/rekey_batch.hpp"
#include "messages/rekey_scope.hpp"
#include "pipeline/authorized.hpp"

namespace rookery::messages {

struct RekeyData {
    RekeyScope scope;
    RekeyBatch batch;  // of tables with sealed columns

    using Plan = Authorized<Act>;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
