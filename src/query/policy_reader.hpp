// The policies of retention and the accounts of their runs, for the job that starts them. No event: nothing of them is shown to
// anybody.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/uuid.hpp"
#include "pipeline/view.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace rookery::messages {

/// No more rows of one state are looked at, whether of policies, drafts among them, or of accounts: those behind are not seen
/// until some of these are gone.
inline constexpr std::size_t policies_max = 10'000;

struct DuePolicy {
    Uuid id;
    Instant next_run;
};

/// Policies whose time has come, the earliest first. One that is damaged is left out: the scrub tells of it.
[[nodiscard]] Result<std::vector<DuePolicy>> due_policies(const View& view, Instant now);

struct OpenRun {
    Uuid operation;
    std::string job;  // the id of its row, as it is written there
};

/// Accounts of runs that have not ended, as far as they say.
[[nodiscard]] Result<std::vector<OpenRun>> open_runs(const View& view);

}  // namespace rookery::messages
