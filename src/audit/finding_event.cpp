#include "audit/finding_event.hpp"

#include <utility>

namespace rookery::audit {

Event finding_event(const FoundThing& found, std::string node, Instant now) {
    Event event;
    event.time = now;
    event.node = std::move(node);
    event.action = Action::finding;
    event.outcome = Outcome::failed;
    event.actor = {ActorType::system, "SYSTEM", AuthMethod::internal, {}};
    event.table = found.table;
    event.record = found.record;
    event.extras = {
        {"what", found.what},
        {"place", found.place},
        {"finding", std::string(words_of(found.kind).name)},
    };
    return event;
}

}  // namespace rookery::audit
