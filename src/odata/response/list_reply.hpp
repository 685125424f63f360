// Responses about many rows: a page of them, their number, or what they come to.
#pragma once

#include "base/http_message.hpp"
#include "messages/retrieve_aggregate.hpp"
#include "odata/response/responder.hpp"
#include "pipeline/reply.hpp"

namespace rookery::odata {

[[nodiscard]] http::Response write_list(
    const Responder& responder, const messages::ListReply& reply
);
/// Groups, each with what it has a value of.
[[nodiscard]] http::Response write_groups(
    const Responder& responder, const messages::AggregateReply& reply
);
/// As text.
[[nodiscard]] http::Response write_count(
    const Responder& responder, const messages::CountReply& reply
);

}  // namespace rookery::odata
