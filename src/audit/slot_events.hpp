// The events of a change of the ways into a vault: the intent before any file changes, the outcome when all of
// them are durable. An intent without an outcome is a change that was cut off.
#pragma once

#include "audit/event.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace rookery::audit {

/// What a log says of a root key slot: nothing of its secret.
struct SlotNote {
    std::uint64_t id = 0;
    std::string kind;
    std::string label;
};

/// "kind", "label", "set" and "slot".
[[nodiscard]] std::vector<std::pair<std::string, ExtraValue>> slot_extras(
    const SlotNote& slot, std::uint64_t set
);

/// Action slot_add or slot_remove, with the extras "kind", "label", "set" and "slot": `set` is the number of the
/// set of slots that comes with it.
[[nodiscard]] Event slot_event(
    Action action, Outcome outcome, const SlotNote& slot, std::uint64_t set, std::string node,
    Instant now
);

/// Action root_rekey with the extras "generation", of the root key that is in force with it, and "set". Failed: the
/// change was cut off before the new root key was in force, and its slots are gone again.
[[nodiscard]] Event root_rekey_event(
    Outcome outcome, std::uint64_t generation, std::uint64_t set, std::string node, Instant now
);

}  // namespace rookery::audit
