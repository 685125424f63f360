// When the tokens of a record are to be rotated: by a rule of its own, a row of rky_tokenpolicy, or by the
// configuration.
#pragma once

#include "messages/token_version_reply.hpp"

namespace rookery::messages {

/// The row with the record's own rule; null when it has none. Guarded.
[[nodiscard]] Result<RowPtr> policy_of(PlanBuilder& builder, const storage::RowRef& record);

/// The same without a guard, of a record that is one of many.
[[nodiscard]] Result<RowPtr> peek_policy(const PlanBuilder& builder, const storage::RowRef& record);

/// `policy`: null for a record without a rule of its own.
[[nodiscard]] RotationFacts rotation_of(
    const TokenHistory& history, const storage::Row* policy, const TokenRules& rules
);

}  // namespace rookery::messages
