// What the commands about keys share: a job of the server that changes keys, followed to its end.
#pragma once

#include "base/uuid.hpp"
#include "cli/client/api_client.hpp"
#include "cli/output/exit_code.hpp"

namespace rookery::cli {

/// Prints what the job says when it succeeded. Errc::bad_state when it failed, cancelled when it was paused or canceled.
[[nodiscard]] Result<Exit> follow_key_job(ApiClient& client, const Uuid& job);

}  // namespace rookery::cli
