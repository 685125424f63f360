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
#include <string_view>

namespace rookery::odata {

inline constexpr std::uint32_t page_size_max = 5000;

// Ids that a client makes and finds again in the answer; the first is on the log too.
inline constexpr std::string_view client_request_id_header = "x-ms-client-request-id";
inline constexpr std::string_view correlation_id_header = "x-ms-correlation-id";

struct RequestHeaders {
    bool representation = false;                 // Prefer: return=representation
    bool track_changes = false;                  // Prefer: odata.track-changes
    std::optional<std::uint32_t> max_page_size;  // Prefer: odata.maxpagesize, at most 5000
    std::string annotations_text;                // as sent, for Preference-Applied
    Annotations annotations;
    MetadataLevel metadata = MetadataLevel::minimal;
    bool int64_as_text = false;
    messages::Preconditions preconditions;
    messages::Duplicates duplicates =
        messages::Duplicates::allowed;  // MSCRM.SuppressDuplicateDetection
};

/// `method` decides what If-None-Match means. Errc: malformed, unsupported, access_denied (MSCRM.Bypass…).
[[nodiscard]] Result<RequestHeaders> read_headers(const http::Request& request);

/// If-Match of an operation on a row, whatever the method. If-None-Match is refused: what an operation answers is no
/// representation of the row. Errc::malformed, unsupported.
[[nodiscard]] Result<messages::Preconditions> read_operation_conditions(const http::Request& request
);

/// For a request with a body: application/json in UTF-8, not compressed; else
/// Errc::wrong_content_type.
[[nodiscard]] Result<> check_content_type(const http::Request& request);

/// An id that the client made, in this header, if it is short and printable, else empty.
[[nodiscard]] std::string id_of_client(const http::Request& request, std::string_view header);

}  // namespace rookery::odata
