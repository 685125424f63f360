// rky_AcknowledgeTokenVersion: somebody who uses a record's tokens says which version he uses from now on. An entry on the
// log, which rky_RetrieveTokenHolders reads; nothing else comes of it.
#pragma once

#include "pipeline/authorized.hpp"

#include <string_view>

namespace rookery::messages {

inline constexpr std::string_view acknowledge_token_version_name = "rky_AcknowledgeTokenVersion";

/// Errc::not_found for a version that is not kept, access_denied for whoever may see none of the tokens in clear,
/// version_mismatch.
struct AcknowledgeTokenVersion {
    Target target;
    std::uint64_t number = 0;
    Preconditions preconditions = {};

    using Plan = Authorized<ShowRow>;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
