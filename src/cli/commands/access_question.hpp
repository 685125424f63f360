// Questions to the server about access: what their options and parameters have in common.
#pragma once

#include "base/result.hpp"
#include "cli/client/api_client.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace rookery::cli {

/// The record that is asked about.
struct RecordOptions {
    std::string record;  // id, or unique handle id
    std::string table;   // empty: msdyn_octwitterhandlesecret
    std::string column;  // a token, as `rookery get` calls it or by the column's name
};

/// record_parameter, with the table and the column if they are named.
[[nodiscard]] std::string record_parameters(const RecordOptions& options);

/// A parameter that names a user; empty for the caller himself. Errors of find_user.
[[nodiscard]] Result<std::string> user_parameter(
    ApiClient& client, const char* alias, const std::string& who
);

/// The answer as an object, without its context. A record that is not there by an id in `path` is looked for by a
/// unique handle id that looks like one.
[[nodiscard]] Result<nlohmann::json> ask_about_access(ApiClient& client, const std::string& path);

}  // namespace rookery::cli
