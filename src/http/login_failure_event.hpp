// Event 93: failed logins that were only counted, put on the log as one entry per source and minute.
// Called by Service's timer.
#pragma once

#include "identity/login_failures.hpp"
#include "ledger/pending.hpp"
#include "messages/vault.hpp"

namespace rookery::http {

/// The Pending of one aggregate; its reply is empty. Extra "minute": its start in ms since 1970.
[[nodiscard]] ledger::Pending login_failure_event(
    const messages::Vault& vault, const identity::LoginFailures::Aggregate& aggregate
);

}  // namespace rookery::http
