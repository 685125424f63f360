// $batch: whether a request is one, what it is cut into, and each of its parts as a request of its own. Called by http,
// which answers part after part. Pure and thread-safe; tests/fuzz/batch_fuzz.cpp feeds it anything.
#pragma once

#include "base/http_message.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "messages/message.hpp"
#include "odata/batch/batch.hpp"
#include "odata/request/content_ids.hpp"
#include "odata/request/render_context.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace rookery::odata {

/// A POST to /api/data/vX.Y/$batch.
[[nodiscard]] bool is_batch(const http::Request& request);

/// Precondition: is_batch. Points into the request's body. `context` learns the version. Errc: what the headers of any
/// request are refused for, malformed for a query option, and what batch::cut says.
[[nodiscard]] Result<batch::Batch> read_batch(const http::Request& request, RenderContext& context);

struct PartRequest {
    http::Request request;
    std::optional<Error> refusal;  // it refers to what is not there
};

/// The part with what it has from the batch: its connection, what its sender proved, and the headers that say who asks.
/// Blanks and non-ASCII characters of its URL are escaped, once and for all who read it. `ids`: of its change set; null
/// outside. Errc of the refusal: malformed.
[[nodiscard]] PartRequest request_of(
    const batch::Part& part, const http::Request& batch, std::string_view version,
    const ContentIds* ids
);

/// What the part's Content-ID stands for, as `SET(KEY)`; empty: nothing. A row that is created gets its id here, so that
/// it has one before it is planned, and the same each time.
[[nodiscard]] std::string entity_of(
    messages::Message& message, const RenderContext& context, Random& random
);

}  // namespace rookery::odata
