// The index of a store that was written before lists went by names, or before their entries had owners: made good once,
// at its first opening, of the rows.
#pragma once

#include "base/result.hpp"
#include "crypto/record_sealer.hpp"
#include "storage/store.hpp"

#include <cstddef>

namespace rookery::messages {

/// Entries of one batch. Each batch is durable before the next.
inline constexpr std::size_t older_index_batch = 10'000;

/// Whether there was something to make. The store says that it has it in the last batch alone, so that an opening that was
/// cut off is made good by the next one, which begins anew: an entry that is there stays. A row that is not as it was
/// written gets no entry: no list shows it, and the scrub names it. Nobody else may write to the store.
[[nodiscard]] Result<bool> renew_older_index(
    storage::Store& store, const crypto::RowAuthenticator& authenticator
);

}  // namespace rookery::messages
