// What a newer log says was taken away after a backup, taken away again in the vault that was restored: credentials end,
// records are purged, record KEKs are compromised. Each leaves the entries that it always leaves, under the new name of the log.
// What cannot be done again without people is named instead.
#pragma once

#include "base/result.hpp"
#include "vault/restore_left.hpp"
#include "vault/taken_since.hpp"
#include "vault/vault.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <vector>

namespace rookery::jobs {

/// Credentials of all users, whoever made them; revoked ones stay as they are. How many ended.
[[nodiscard]] Result<std::uint64_t> end_all_credentials(messages::Vault& vault);

/// Those that were revoked since, and all of the users who lost something since. How many ended.
[[nodiscard]] Result<std::uint64_t> end_credentials_as_since(
    messages::Vault& vault, const messages::TakenSince& since
);

struct ReplayedSince {
    std::uint64_t purged = 0;                // records
    std::vector<std::uint32_t> compromised;  // record KEKs that are so again
    messages::RestoreLeft left;              // what somebody has to do
};

/// Records and keys. On a vault that nobody else uses; `pause` lets the engine come to its own work on its files. Errc: those
/// of the messages and of changing the keyring.
[[nodiscard]] Result<ReplayedSince> replay_since(
    messages::Vault& vault, const messages::TakenSince& since,
    const std::function<void(std::chrono::milliseconds)>& pause
);

}  // namespace rookery::jobs
