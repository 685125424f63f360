// RetrieveSharedPrincipalsAndAccess: with whom a row is shared, and what for. What roles and ownership give is not among it.
#pragma once

#include "pipeline/authorized.hpp"

#include <vector>

namespace rookery::messages {

struct SharedPrincipalsReply {
    struct One {
        access::Principal with;
        std::uint32_t rights = 0;  // bits of AccessRights
    };

    std::vector<One> principals;  // users first, ascending
};

/// Errc: not_found, key_not_found.
struct RetrieveSharedPrincipalsAndAccess {
    Target target;  // which the asker must be able to read

    using Plan = Authorized<Act>;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
