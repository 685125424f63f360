// A job as a server tells of it: as a row of asyncoperations, or as a member of the status.
#pragma once

#include "base/result.hpp"
#include "cli/client/api_client.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace rookery::cli {

/// By this program's own names: name, id, state, done, total, findings, wait_reason, next_start and last_completed.
[[nodiscard]] nlohmann::json job_of_status(const nlohmann::json& member);
/// The same but the last two, with created, started, completed and message.
[[nodiscard]] nlohmann::json job_of_row(const nlohmann::json& row);

/// "scrub  In Progress  120 of 4,000  1 finding  waits: …"
[[nodiscard]] std::string job_line(const nlohmann::json& job);

/// The newest first, at most 100.
[[nodiscard]] Result<std::vector<nlohmann::json>> list_jobs(ApiClient& client);

/// By id; or by name the one that has not ended, if there is one, else the newest.
[[nodiscard]] Result<nlohmann::json> find_job(ApiClient& client, const std::string& which);
/// One that is started by asking for what it does, which a second person then approves. Errc::not_found with `ask`, the
/// command that asks.
[[nodiscard]] Result<nlohmann::json> find_request(
    ApiClient& client, const std::string& job, std::string_view ask
);

/// The request to purge the record of this id that waits for approval: its message names the record. Errc::not_found.
[[nodiscard]] Result<nlohmann::json> find_purge_request(
    ApiClient& client, const std::string& record
);

}  // namespace rookery::cli
