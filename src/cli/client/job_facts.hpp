// A job as a server tells of it: as a row of asyncoperations, or as a member of the status.
#pragma once

#include "base/result.hpp"
#include "cli/client/api_client.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace rookery::cli {

/// By this program's own names: name, id, state, done, total, findings, wait_reason, and next_start.
[[nodiscard]] nlohmann::json job_of_status(const nlohmann::json& member);
/// The same but next_start, with created, started, completed and message.
[[nodiscard]] nlohmann::json job_of_row(const nlohmann::json& row);

/// "scrub  In Progress  120 of 4,000  0 findings  waits: …"
[[nodiscard]] std::string job_line(const nlohmann::json& job);

/// The newest first, at most 100. A filter as it stands in a URL; empty: all.
[[nodiscard]] Result<std::vector<nlohmann::json>> find_jobs(
    ApiClient& client, std::string_view filter
);

/// By id, or the newest of that name.
[[nodiscard]] Result<nlohmann::json> find_job(ApiClient& client, const std::string& which);

}  // namespace rookery::cli
