// What a vault that was restored of a backup must be rid of, and must have, before it is served.
#pragma once

#include "base/result.hpp"
#include "vault/vault.hpp"

namespace rookery::jobs {

/// What the server was at when the backup was taken would go on as if it were still then. Errc: those of the messages.
[[nodiscard]] Result<void> cancel_jobs_of_then(messages::Vault& vault);

/// Policies of retention would purge what the vault may have been restored for: they wait for somebody to activate them anew.
/// How many there were. Errc: those of the messages.
[[nodiscard]] Result<std::size_t> unschedule_policies_of_then(messages::Vault& vault);

/// No data key is under a KEK that this keyring has destroyed. Errc::integrity, with the KEK.
[[nodiscard]] Result<void> check_data_keys_open(const messages::Vault& vault);

}  // namespace rookery::jobs
