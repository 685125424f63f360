// CommitResult: what the ledger makes of a Pending, and who is told.
#pragma once

#include "base/result.hpp"
#include "ledger/pending.hpp"

#include <variant>

namespace rookery::ledger {

/// The state moved on since the Pending was planned: plan again on a newer snapshot.
struct Stale {};

/// Error: Errc::unavailable (queue full, or the log cannot be written) or Errc::deadline.
using CommitResult = std::variant<Receipt, Stale, Error>;

/// What a request is told whose plans were all stale.
[[nodiscard]] Error lost_races();

/// The Receipt, or why there is none; to whoever does not plan again Stale is an error too.
[[nodiscard]] Result<Receipt> receipt_of(CommitResult result);

/// Told once, on the ledger's thread: hand the result over and return.
class Waiter {
 public:
    virtual ~Waiter() = default;
    virtual void done(CommitResult result) noexcept = 0;
};

}  // namespace rookery::ledger
