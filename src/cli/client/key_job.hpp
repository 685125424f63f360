// What the commands about keys share: a job of the server that changes keys, followed to its end.
#pragma once

#include "base/uuid.hpp"
#include "cli/client/api_client.hpp"
#include "cli/output/exit_code.hpp"

#include <string>
#include <string_view>

namespace rookery::cli {

/// What an action of the server that starts a job names.
[[nodiscard]] Result<Uuid> start_key_job(
    ApiClient& client, std::string_view action, const std::string& body
);

/// Prints what the job says when it succeeded. Errc::bad_state when it failed, cancelled when it was paused or canceled.
[[nodiscard]] Result<Exit> follow_key_job(ApiClient& client, const Uuid& job);

}  // namespace rookery::cli
