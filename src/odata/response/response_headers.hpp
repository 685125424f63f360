// The headers of the API's responses.
#pragma once

#include "base/http_message.hpp"
#include "odata/request/render_context.hpp"
#include "pipeline/reply.hpp"

#include <vector>

namespace rookery::odata {

/// Of every response: OData-Version, REQ_ID, x-ms-service-request-id, Cache-Control and the echoed client request id.
void add_common_headers(http::Response& out, const RenderContext& context);

/// Content-Type of a JSON body at the context's metadata level.
void add_json_content_type(http::Response& out, const RenderContext& context);

/// Of an answer that shows rows: Preference-Applied, and an Rky-Masked for each reason that was met.
void add_row_headers(
    http::Response& out, const RenderContext& context,
    const std::vector<messages::MaskedColumn>& masked
);

}  // namespace rookery::odata
