// follow_job: waits for the end of a job that the server runs, and shows how far it is.
#pragma once

#include "cli/client/api_client.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace rookery::cli {

/// The job's row when it has ended or is paused, as job_of_row has it. A server that does not answer for a while is
/// waited for, as long as that may pass by itself.
[[nodiscard]] Result<nlohmann::json> follow_job(ApiClient& client, const std::string& job);

}  // namespace rookery::cli
