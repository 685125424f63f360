// Events 93 and 98: failed logins and refusals that were only counted, put on the log as one entry per
// source and minute. Called by Service's timer and at its end.
#pragma once

#include "identity/entry_budget.hpp"
#include "ledger/pending.hpp"
#include "vault/vault.hpp"

namespace rookery::http {

/// What an EntryBudget counts, and so what its sources are.
enum class Counted : std::uint8_t {
    login_failures,  // the source is identity::login_source, or the id of a credential that was proved
    refusals,        // the source is a user's id
};

/// The Pending of one aggregate; its reply is empty. Extras: "minute", its start in ms since 1970, and
/// for each error "error:" and its name, with how many of it.
[[nodiscard]] ledger::Pending counted_event(
    const messages::Vault& vault, Counted what, const identity::EntryBudget::Aggregate& aggregate
);

}  // namespace rookery::http
