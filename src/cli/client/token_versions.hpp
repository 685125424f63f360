// The versions of a record's tokens as a server tells of them: by this program's own names, and as lines for people.
#pragma once

#include "base/result.hpp"
#include "cli/client/api_client.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace rookery::cli {

/// One of them.
struct RecordName {
    std::string handle;  // unique handle id
    std::string id;
};

/// "msdyn_octwitterhandlesecrets(…)". Errc::usage.
[[nodiscard]] Result<std::string> path_of(const RecordName& record);

[[nodiscard]] Result<nlohmann::json> list_versions(ApiClient& client, const std::string& record);
/// Every page of the log back to its beginning.
[[nodiscard]] Result<nlohmann::json> token_holders(ApiClient& client, const std::string& record);
/// Every page; what is due soonest first.
[[nodiscard]] Result<nlohmann::json> due_tokens(ApiClient& client, std::uint32_t within_days);
/// `action` bound to the record.
[[nodiscard]] Result<void> change_versions(
    ApiClient& client, const std::string& record, std::string_view action,
    const nlohmann::json& body
);

[[nodiscard]] std::string versions_for_people(const nlohmann::json& versions);
[[nodiscard]] std::string holders_for_people(const nlohmann::json& holders);
[[nodiscard]] std::string due_for_people(const nlohmann::json& due);

}  // namespace rookery::cli
