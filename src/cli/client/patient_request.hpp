// Requests that can be repeated, and are while the server is busy or away.
#pragma once

#include "base/result.hpp"
#include "base/zeroing_allocator.hpp"
#include "cli/client/api_client.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace rookery::cli {

enum class Patience : std::uint8_t {
    busy,         // while the server asks to wait: 429 or 503
    busy_or_away  // and while it does not answer, as when it starts again
};

/// ApiClient::request, six times at most, for as long in between as the server asks, up to 30 s.
[[nodiscard]] Result<ApiReply> patient_request(
    ApiClient& client, Patience patience, std::string_view method, std::string_view path,
    const WipedBuffer& body = {}, const std::vector<http::Header>& headers = {}
);

}  // namespace rookery::cli
