// RetrievePrincipalAccess: which rights a user or a team has on one row.
#pragma once

#include "messages/privileges_question.hpp"
#include "pipeline/authorized.hpp"

#include <vector>

namespace rookery::messages {

struct PrincipalAccessReply {
    std::vector<schema::Right> rights;
};

/// Of the caller himself as he calls, with what his credential carries; of others as they are. Errc: not_found,
/// key_not_found, of either row.
struct RetrievePrincipalAccess {
    Target principal;
    Target target;  // the row, which the asker must be able to read

    struct Plan {
        Authorized<Act> reading;
        Authorized<Act> asking;
    };

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
