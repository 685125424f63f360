// Members of a team as the actions about them name them.
#pragma once

#include "base/result.hpp"
#include "messages/message.hpp"
#include "odata/json/json_value.hpp"
#include "odata/request/request_origin.hpp"

#include <vector>

namespace rookery::odata {

/// The body {"Members": [{"systemuserid" or "ownerid": GUID, or "@odata.id": URL}]}, at least one. Errc::bad_payload, also for
/// a member that is no user, and what read_reference says.
[[nodiscard]] Result<std::vector<messages::Target>> read_members(
    const JsonValue& body, const RequestOrigin& origin
);

}  // namespace rookery::odata
