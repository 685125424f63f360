// Requests that can be repeated, and are while the server is busy or away.
#pragma once

#include "base/result.hpp"
#include "base/zeroing_allocator.hpp"
#include "cli/client/api_client.hpp"

#include <string_view>

namespace rookery::cli {

/// ApiClient::request, six times at most, for as long in between as the server asks, up to 30 s.
[[nodiscard]] Result<ApiReply> patient_request(
    ApiClient& client, std::string_view method, std::string_view path, const WipedBuffer& body = {}
);

}  // namespace rookery::cli
