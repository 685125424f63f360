// An error answer as an Error of ours.
#pragma once

#include "base/errc.hpp"
#include "base/result.hpp"
#include "cli/client/api_reply.hpp"

#include <string>

namespace rookery::cli {

/// Status and OData error body as the nearest Errc with the server's message.
[[nodiscard]] Error error_of(const ApiReply& reply);
/// The Dataverse code of an error body ("0x80060892"), or empty.
[[nodiscard]] std::string dataverse_code_of(const ApiReply& reply);

}  // namespace rookery::cli
