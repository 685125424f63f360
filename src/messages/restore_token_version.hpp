// rky_RestoreTokenVersion: what a record's tokens were before becomes what they are: a write like any other, with a data
// key and a version of its own, of values that nobody sees. Needs what that write would need.
#pragma once

#include "messages/token_history.hpp"
#include "pipeline/authorized.hpp"

#include <memory>
#include <string_view>

namespace rookery::messages {

/// The extra of its entry with the row version by which the older tokens are the current ones.
inline constexpr std::string_view restored_as_extra = "restored-as";

struct RestorePlan {
    std::unique_ptr<Input> input;  // what the change writes; filled once it is authorized
    Authorized<Change> change;
    TokenVersion version;
};

/// Errc::not_found for a version that is not kept, restricted for the current one, those of a write.
struct RestoreTokenVersion {
    Target target;
    std::uint64_t number = 0;
    Preconditions preconditions = {};

    using Plan = RestorePlan;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
