// verify_store: the full check behind `rookery verify`, on an open vault that serves nobody: every file of
// the data directory, every entry of the log with its sections opened, every row against its tag, its
// secrets, its index entries and the newest entry about it, the outbox, and the state row that they must
// all add up to. Memory does not grow with the vault: see LogFacts.
#pragma once

#include "base/result.hpp"
#include "vault/store_report.hpp"
#include "vault/vault.hpp"

#include <cstdint>
#include <functional>
#include <string_view>

namespace rookery::messages {

/// Told every few thousand: what is being looked at, how much of it, and of how much (0: unknown).
using VerifyProgress =
    std::function<void(std::string_view what, std::uint64_t done, std::uint64_t total)>;

/// Errc::io when something cannot be read for another reason than damage, which is in the report.
[[nodiscard]] Result<StoreReport> verify_store(
    const Vault& vault, const VerifyProgress& progress = {}
);

}  // namespace rookery::messages
