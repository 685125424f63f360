// A list of the API, page after page.
#pragma once

#include "base/result.hpp"
#include "cli/client/api_client.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <functional>
#include <string>

namespace rookery::cli {

/// What a row says besides its values.
enum class Annotations : std::uint8_t { none, formatted_values };

/// Calls `use` with every row of the list `path`, in the server's order; what it returns as an error ends
/// the list. One page of 5,000 rows is in memory, and what the server asks to be waited for is
/// waited for (patient_request.hpp).
[[nodiscard]] Result<void> list_rows(
    ApiClient& client, std::string path, Annotations annotations,
    const std::function<Result<void>(const nlohmann::json& row)>& use
);

}  // namespace rookery::cli
