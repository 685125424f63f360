// What a credential carries of its user's rights: what its maker could give. Two marks, plaintext and administration;
// without one it acts as if its user lacked that, until somebody who could give it confirms it. One that somebody
// makes for himself never carries plaintext, and administration only if what he called with did.
#pragma once

#include "audit/event.hpp"
#include "pipeline/plan_builder.hpp"

namespace rookery::messages {

struct CredentialMarks {
    bool plaintext = false;
    bool administration = false;
};

/// What the caller could give anybody, as far as his own credential carries it.
[[nodiscard]] CredentialMarks could_give(const PlanBuilder& builder);
/// What a credential that he makes for this user carries.
[[nodiscard]] CredentialMarks marks_for(const PlanBuilder& builder, const Uuid& user);

/// The event of a change of a credential's row; `before` is null for a new one.
[[nodiscard]] audit::Event credential_event(
    const PlanBuilder& builder, const access::Decision& decision, audit::Action action,
    const storage::Row* before, const storage::Row& after
);

/// The row as it is once revoked.
[[nodiscard]] storage::Row revoked_row(const PlanBuilder& builder, const storage::Row& before);

}  // namespace rookery::messages
