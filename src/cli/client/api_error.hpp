// An error answer as an Error of ours.
#pragma once

#include "base/errc.hpp"
#include "base/result.hpp"
#include "cli/client/api_reply.hpp"

namespace rookery::cli {

/// Status and OData error body as the nearest Errc with the server's message.
[[nodiscard]] Error error_of(const ApiReply& reply);

}  // namespace rookery::cli
