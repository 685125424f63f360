// The entry about a hand-over, the first under the new name that says why: action log-key-change.
#pragma once

#include "audit/event.hpp"
#include "audit/handover.hpp"

#include <string>

namespace rookery::audit {

/// `verifier_key`: of the new name. `reason`: as somebody gave it, or empty.
[[nodiscard]] Event handover_event(
    const Handover& handover, const std::string& verifier_key, const std::string& reason,
    Instant now
);

}  // namespace rookery::audit
