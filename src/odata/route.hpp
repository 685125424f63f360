// What a URL addresses: the service document, a list, a row, what belongs to a row, or an
// operation.
#pragma once

#include "base/result.hpp"
#include "messages/message.hpp"
#include "odata/request/request_reader.hpp"

namespace rookery::odata {

/// Precondition: the head was read. Errc: unknown_segment, unresolved_parameters, unsupported,
/// method_not_allowed, and what is said by whoever reads what is addressed.
[[nodiscard]] Result<messages::Message> route(RequestReader& request);

}  // namespace rookery::odata
