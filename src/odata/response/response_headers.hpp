// The headers that every response of the API carries.
#pragma once

#include "base/http_message.hpp"
#include "odata/request/render_context.hpp"

namespace rookery::odata {

/// OData-Version, REQ_ID, x-ms-service-request-id, Cache-Control and the echoed client request id.
void add_common_headers(http::Response& out, const RenderContext& context);

/// Content-Type of a JSON body at the context's metadata level.
void add_json_content_type(http::Response& out, const RenderContext& context);

}  // namespace rookery::odata
