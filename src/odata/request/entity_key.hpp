// What names one row: `SET(id)`, `SET(key='v')`, and the URLs in `@odata.bind` and `@odata.id`.
#pragma once

#include "base/result.hpp"
#include "messages/message.hpp"
#include "odata/request/query_options.hpp"
#include "odata/request/request_origin.hpp"
#include "odata/request/resource_path.hpp"
#include "schema/schema.hpp"

#include <string>
#include <string_view>

namespace rookery::odata {

/// `arguments` is what stands between the parentheses, decoded. A value may be an alias of `aliases` (null: there are none,
/// as in a body). Errc::malformed for anything that is not a GUID, the primary key by name (not for systemuser and team,
/// whose key is `ownerid`), or exactly the columns of one alternate key.
[[nodiscard]] Result<messages::Target> read_target(
    const schema::Table& table, std::string_view arguments, const QueryOptions* aliases
);

/// The segment as it was sent, with what its aliases stand for in their place: what is answered has to name the row by
/// itself. Precondition: read_target took it with these.
[[nodiscard]] std::string key_form(const Segment& segment, const QueryOptions& aliases);

/// An absolute URL of this service, `/api/data/vX/SET(key)`, `/SET(key)` or `SET(key)`; in a change set `$ID` and `/$ID`
/// too. Errc::bad_payload for everything else, and malformed for an ID that no part before it has; the message does not
/// repeat the URL.
[[nodiscard]] Result<messages::Target> read_reference(
    std::string_view url, const RequestOrigin& origin
);

}  // namespace rookery::odata
