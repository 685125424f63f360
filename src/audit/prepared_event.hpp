// PreparedEvent: an event encoded, committed to and sealed. Everything that does not depend on the entry's
// index happens here, on the thread of the request; the ledger's thread only appends.
#pragma once

#include "audit/event.hpp"
#include "base/bytes.hpp"
#include "base/result.hpp"

namespace rookery {
class Random;
}

namespace rookery::crypto {
class DetailSealer;
}

namespace rookery::audit {

/// An event ready for the log. Made by prepare or prepare_clear only.
struct PreparedEvent {
    Digest core_commit{};  // not yet bound to the index: see bind_core
    Digest priv_commit{};
    Bytes core_row;
    Bytes priv_row;
    Action action = Action::retrieve;
};

/// Encodes, commits to and seals the event. Never fails: texts are made UTF-8 and cut at their
/// limits, and when the core would exceed 4096 bytes the extras, value changes and columns that do
/// not fit are left out, which the extra "clipped" (their number) says. Thread-safe.
[[nodiscard]] PreparedEvent prepare(
    const Event& event, const crypto::DetailSealer& sealer, Random& random
);

/// What may be written without keys, in clear: one table, for writing and for every reader.
///   genesis          so that a verifier without keys can tell whose log it reads
///   unseal-attempt   by a vault that is still sealed; nobody vouches for it before the next unseal
[[nodiscard]] bool may_be_clear(Action action);
/// The same without a key. Errc::internal unless may_be_clear(event.action).
[[nodiscard]] Result<PreparedEvent> prepare_clear(const Event& event, Random& random);

}  // namespace rookery::audit
