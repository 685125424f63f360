// The service document: which entity sets there are.
#pragma once

#include "base/http_message.hpp"
#include "odata/response/responder.hpp"

namespace rookery::odata::metadata {

[[nodiscard]] http::Response write_service_document(const Responder& responder);

}  // namespace rookery::odata::metadata
