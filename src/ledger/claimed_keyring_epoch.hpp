// For who copies a store without its keys.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <string_view>

namespace rookery::ledger {

/// The keyring epoch that a state row says it was written under, proved by nothing. Errc as those of decode in
/// vault_state.hpp.
[[nodiscard]] Result<std::uint64_t> claimed_keyring_epoch(std::string_view stored);

}  // namespace rookery::ledger
