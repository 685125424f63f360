// Responses about one row: the row, one property of it, or that it was written.
#pragma once

#include "base/http_message.hpp"
#include "odata/response/responder.hpp"
#include "pipeline/reply.hpp"

namespace rookery::odata {

/// 200, or 201 for a row that is new.
[[nodiscard]] http::Response write_row(const Responder& responder, const messages::RowReply& reply);
/// 204 with the row's URL, and with the credentials that wait for a confirmation because of it.
[[nodiscard]] http::Response write_no_content(
    const Responder& responder, const messages::NoContent& reply
);

}  // namespace rookery::odata
