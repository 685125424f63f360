// What names one row: `SET(id)`, `SET(key='v')`, and the URLs in `@odata.bind` and `@odata.id`.
#pragma once

#include "base/result.hpp"
#include "messages/message.hpp"
#include "odata/request/request_origin.hpp"
#include "schema/schema.hpp"

#include <string_view>

namespace rookery::odata {

/// `arguments` is what stands between the parentheses, decoded. Errc::malformed for anything that
/// is not a GUID, the primary key by name (not for systemuser and team, whose key is `ownerid`), or
/// exactly the columns of one alternate key.
[[nodiscard]] Result<messages::Target> read_target(
    const schema::Table& table, std::string_view arguments
);

/// An absolute URL of this service, `/api/data/vX/SET(key)`, `/SET(key)` or `SET(key)`; in a change set `$ID` and `/$ID`
/// too. Errc::bad_payload for everything else, and malformed for an ID that no part before it has; the message does not
/// repeat the URL.
[[nodiscard]] Result<messages::Target> read_reference(
    std::string_view url, const RequestOrigin& origin
);

}  // namespace rookery::odata
