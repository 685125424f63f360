#include "audit/handover_event.hpp"

namespace rookery::audit {

Event handover_event(
    const Handover& handover, const std::string& verifier_key, const std::string& reason,
    Instant now
) {
    const auto bytes = [](const Digest& root) { return Bytes(root.begin(), root.end()); };
    Event event;
    event.time = now;
    event.node = handover.to;
    event.action = Action::log_key_change;
    event.actor = {ActorType::system, "SYSTEM", AuthMethod::internal, {}};
    event.extras = {
        {"to", handover.to},
        {"from", handover.from},
        {"root", bytes(handover.root)},
        {"seen", handover.seen_size},
        {"size", handover.size},
        {"vkey", verifier_key},
    };
    if (handover.rows_size) event.extras.emplace_back("rows", *handover.rows_size);
    if (!reason.empty()) event.extras.emplace_back("reason", reason);
    event.extras.emplace_back("seen_root", bytes(handover.seen_root));
    return event;
}

}  // namespace rookery::audit
