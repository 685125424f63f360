// Responses about many rows: a page of them, or their number.
#pragma once

#include "base/http_message.hpp"
#include "odata/response/responder.hpp"
#include "pipeline/reply.hpp"

namespace rookery::odata {

[[nodiscard]] http::Response write_list(
    const Responder& responder, const messages::ListReply& reply
);
/// As text.
[[nodiscard]] http::Response write_count(
    const Responder& responder, const messages::CountReply& reply
);

}  // namespace rookery::odata
