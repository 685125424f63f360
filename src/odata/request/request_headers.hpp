// What the headers of a request ask for. A header that would narrow rights and is not built is
// refused, and so is one that would widen them.
#pragma once

#include "base/http_message.hpp"
#include "base/result.hpp"
#include "messages/message.hpp"
#include "odata/request/render_context.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace rookery::odata {

inline constexpr std::uint32_t page_size_max = 5000;

struct RequestHeaders {
    bool representation = false;                 // Prefer: return=representation
    std::optional<std::uint32_t> max_page_size;  // Prefer: odata.maxpagesize, at most 5000
    std::string annotations_text;                // as sent, for Preference-Applied
    Annotations annotations;
    MetadataLevel metadata = MetadataLevel::minimal;
    bool int64_as_text = false;
    messages::Preconditions preconditions;
};

/// `method` decides what If-None-Match means. Errc: malformed, unsupported, impersonation_denied,
/// access_denied (MSCRM.Bypass…).
[[nodiscard]] Result<RequestHeaders> read_headers(const http::Request& request);

/// If-Match of an operation on a row, whatever the method. If-None-Match is refused: what an operation answers is no
/// representation of the row. Errc::malformed, unsupported.
[[nodiscard]] Result<messages::Preconditions> read_operation_conditions(const http::Request& request
);

/// For a request with a body: application/json in UTF-8, not compressed; else
/// Errc::wrong_content_type.
[[nodiscard]] Result<> check_content_type(const http::Request& request);

/// x-ms-client-request-id if it is short and printable, else empty.
[[nodiscard]] std::string client_request_id(const http::Request& request);

}  // namespace rookery::odata
