// Receipt → response. The Receipt alone owns the reply, so an answer cannot be rendered before its
// entry is durable. Called by http once per request; pure, thread-safe. Shapes: docs/api.md.
#pragma once

#include "base/http_message.hpp"
#include "ledger/pending.hpp"
#include "odata/request/render_context.hpp"

namespace rookery::odata {

/// Precondition: the receipt's reply is a messages::MessageReply.
[[nodiscard]] http::Response render(const RenderContext& context, ledger::Receipt&& receipt);

}  // namespace rookery::odata
