// What becomes of a SlotAct once it is on the log that somebody asked for it: a way is tried, added or removed, and its
// outcome is an entry of its own, failed ones included, before anybody hears of it.
//
//   entry  intent, act = request          of the message: who asks, and for what
//   entry  intent, with the set's number  of a change, before any file
//   entry  success, denied or failed      with the answer
//
// Blocks: a passphrase takes seconds. One at a time, one a second.
#pragma once

#include "ledger/commit_result.hpp"
#include "messages/message.hpp"
#include "vault/vault.hpp"

namespace rookery::messages {

/// What the ledger made of the message, if the message is no act on the slots or was not taken; else what it made of the act. The
/// error of an act that failed is its receipt's reply.
[[nodiscard]] ledger::CommitResult finish_slot_act(
    Vault& vault, const Message& message, ledger::CommitResult asked
);

}  // namespace rookery::messages
