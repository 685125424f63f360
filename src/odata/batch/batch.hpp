// Batch: the parts of a $batch body, cut but not read (dataverse: "Execute batch operations using the Web API"). What
// a part holds is read later, like a request of its own. Everything points into the body, which must outlive it.
//
//   batch       = *(operation / change-set), each a section of multipart/mixed
//   change-set  = Content-Type: multipart/mixed with a boundary of its own, then *operation, none of them a GET
//   operation   = Content-Type: application/http, [Content-Transfer-Encoding, Content-ID], an empty line, and
//                 METHOD SP URL [SP HTTP/1.1], headers, an empty line, body
#pragma once

#include "base/http_message.hpp"
#include "base/result.hpp"
#include "odata/batch/header_block.hpp"
#include "odata/batch/multipart.hpp"

#include <cstddef>
#include <string_view>
#include <vector>

namespace rookery::odata::batch {

inline constexpr std::size_t target_bytes_max =
    64U << 10;  // dataverse: Max GET URL inside a batch part
inline constexpr std::size_t content_id_bytes_max = 64;
inline constexpr std::size_t method_bytes_max = 32;

/// One operation.
struct Part {
    std::string_view method;
    std::string_view target;  // absolute, or relative to the host or to the service; as sent
    HeaderBlock headers;      // of the operation itself
    std::string_view body;
    std::string_view content_id;  // empty: it has none
};

struct Item {
    std::vector<Part> parts;  // one, unless it is a change set
    bool change_set = false;
};

struct Batch {
    std::vector<Item> items;
    bool continue_on_error = false;
};

/// Cuts the body of a request. Errc::wrong_content_type; malformed for what is not of the form above, for more than
/// operations_max, and for two parts of one change set with the same Content-ID. No message repeats what was sent.
[[nodiscard]] Result<Batch> cut(const http::Request& request);

}  // namespace rookery::odata::batch
