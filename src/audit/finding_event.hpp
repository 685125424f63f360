// The entry about something that the vault found on its own disk while it served: action finding, by the vault itself.
#pragma once

#include "audit/event.hpp"
#include "audit/finding.hpp"
#include "base/clock.hpp"

#include <optional>
#include <string>

namespace rookery::audit {

struct FoundThing {
    FindingKind kind = FindingKind::damaged;
    std::string place;  // as words for people have it
    std::string what;
    std::string table;  // empty: no row
    std::optional<Uuid> record;
};

[[nodiscard]] Event finding_event(const FoundThing& found, std::string node, Instant now);

}  // namespace rookery::audit
