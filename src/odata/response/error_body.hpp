// Error → response (Dataverse: "Compose HTTP requests and handle errors"). Called by render for
// ErrorReply and by http for requests that never reached the pipeline.
#pragma once

#include "base/http_message.hpp"
#include "base/result.hpp"
#include "odata/request/render_context.hpp"

namespace rookery::odata {

/// {"error":{"code":"0x…","message":"…"}} with the status of base/errc. 401 carries
/// WWW-Authenticate, 405 Allow, 429 and 503 Retry-After. Failures of the operator's side show no
/// message.
[[nodiscard]] http::Response render_error(const RenderContext& context, const Error& error);

}  // namespace rookery::odata
