// Request → Message: the only reader of URLs, query options and JSON bodies. Called by http once
// per request, before anything is looked up. Pure and thread-safe; decides no access.
#pragma once

#include "base/http_message.hpp"
#include "base/uuid.hpp"
#include "messages/message.hpp"
#include "odata/request/admits.hpp"
#include "odata/request/content_ids.hpp"
#include "odata/request/kept_queries.hpp"
#include "odata/request/render_context.hpp"
#include "odata/request/service_root.hpp"

namespace rookery::odata {

struct Parsed {
    messages::Message message;
    RenderContext context;
    // Refused by Admits: the message has no input and is not to be carried out.
    bool rejected_before_body = false;
};

/// Never fails: a request that cannot be understood is a messages::Rejected. `root` must outlive
/// the context. `request_id` goes into REQ_ID and x-ms-service-request-id.
[[nodiscard]] Parsed parse(
    const http::Request& request, const ServiceRoot& root, const Admits& admits,
    const Uuid& request_id = {}, const KeptQueries& queries = {}
);

/// The same of a part of a batch, whose URL was bounded when it was cut. `ids`: of its change set; null outside.
[[nodiscard]] Parsed parse_part(
    const http::Request& request, const ServiceRoot& root, const Admits& admits,
    const Uuid& request_id, const ContentIds* ids, const KeptQueries& queries = {}
);

}  // namespace rookery::odata
