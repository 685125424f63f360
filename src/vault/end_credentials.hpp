// The end of all credentials of an older state that is served again, while nobody knows which of them were revoked since: in the
// very batch that says on the log that the state is older, so that there is no moment in which one of them is valid.
#pragma once

#include "audit/event.hpp"
#include "base/result.hpp"
#include "ledger/pending.hpp"
#include "pipeline/plan_builder.hpp"
#include "pipeline/view.hpp"
#include "vault/vault.hpp"

#include <vector>

namespace rookery::messages {

/// Plans the end of every credential that has not been revoked, each with its entry. Errc: those of reading.
[[nodiscard]] Result<void> end_credentials(PlanBuilder& builder);

/// The same behind these entries of an opening.
[[nodiscard]] Result<ledger::Pending> opening_that_ends_credentials(
    const Vault& vault, const View& now, const std::vector<audit::Event>& opening
);

}  // namespace rookery::messages
