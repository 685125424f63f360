#include "audit/slot_events.hpp"

#include <utility>

namespace rookery::audit {
namespace {

Event event_of(Action action, Outcome outcome, std::string node, Instant now) {
    Event event;
    event.time = now;
    event.node = std::move(node);
    event.action = action;
    event.outcome = outcome;
    event.actor = {ActorType::system, "SYSTEM", AuthMethod::internal, {}};
    return event;
}

}  // namespace

std::vector<std::pair<std::string, ExtraValue>> slot_extras(
    const SlotNote& slot, std::uint64_t set
) {
    return {{"set", set}, {"kind", slot.kind}, {"slot", slot.id}, {"label", slot.label}};
}

Event slot_event(
    Action action, Outcome outcome, const SlotNote& slot, std::uint64_t set, std::string node,
    Instant now
) {
    auto event = event_of(action, outcome, std::move(node), now);
    event.extras = slot_extras(slot, set);
    return event;
}

Event root_rekey_event(
    Outcome outcome, std::uint64_t generation, std::uint64_t set, std::string node, Instant now
) {
    auto event = event_of(Action::root_rekey, outcome, std::move(node), now);
    event.extras = {{"set", set}, {"generation", generation}};
    return event;
}

}  // namespace rookery::audit
