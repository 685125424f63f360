// A list of the API, page after page.
#pragma once

#include "base/result.hpp"
#include "cli/client/api_client.hpp"

#include <nlohmann/json_fwd.hpp>

#include <functional>
#include <string>

namespace rookery::cli {

enum class AfterRow : std::uint8_t { go_on, stop };

/// Calls `use` with every row of the list `path`, in the server's order, until it says stop; what it returns
/// as an error ends the list. One page of 5,000 rows is in memory. False when it was stopped.
[[nodiscard]] Result<bool> list_rows(
    ApiClient& client, std::string path,
    const std::function<Result<AfterRow>(const nlohmann::json& row)>& use
);

}  // namespace rookery::cli
