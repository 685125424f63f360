// CompletePush: what came of pushing one version of a record goes on the log, its outbox entry is
// settled, and its syncerror rows follow: a failure that parks the entry makes or renews one, a success
// fixes them all.
#pragma once

#include <vector>

#include "messages/authorized.hpp"
#include "messages/planning.hpp"
#include "messages/step.hpp"

namespace rookery::messages {

/// A record keeps so many syncerror rows, one for each code; a further code takes the oldest's place.
inline constexpr std::size_t sync_errors_per_record = 16;

/// The push itself first, then a step for each syncerror row. Errc::invalid_argument for a table
/// that is not synced, and for texts that are not of this vault's making.
[[nodiscard]] Result<std::vector<Step>> resolve_push(Planning& planning, const CompletePush& message);

/// Event and settlement of the push itself.
void record_push(Planning& planning, const CompletePush& message, const Authorized& authorized);

}  // namespace rookery::messages
