// RetrieveUserPrivileges and its kin: which privileges a user has, from his roles and those of his teams, and how deep.
#pragma once

#include "messages/privileges_question.hpp"
#include "pipeline/authorized.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace rookery::messages {

/// More privileges than this are not asked for at once.
inline constexpr std::size_t privileges_asked_max = 1000;

/// Errc: not_found, key_not_found.
struct RetrieveUserPrivileges {
    Target target;
    std::optional<std::vector<const schema::Privilege*>> only;  // nothing: all that there are
    std::string_view called = "RetrieveUserPrivileges";         // which of them it is; a constant

    using Plan = Authorized<Act>;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
