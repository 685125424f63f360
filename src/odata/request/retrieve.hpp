// `GET SET(KEY)`, `SET(KEY)/property`, `SET(KEY)/property/$value` and `SET(KEY)/lookup`.
#pragma once

#include "base/result.hpp"
#include "messages/message.hpp"
#include "odata/request/navigation.hpp"
#include "odata/request/request_reader.hpp"
#include "schema/schema.hpp"

namespace rookery::odata {

/// The row itself. Errc: malformed, and what $select says.
[[nodiscard]] Result<messages::Message> read_retrieve(
    RequestReader& request, messages::Target target
);
/// The row that a lookup of it leads to. Errc: as above, and unsupported.
[[nodiscard]] Result<messages::Message> read_follow(
    RequestReader& request, messages::Target target, const Navigation& nav
);
/// One property of it. Cannot fail: whether there are options is checked by whoever knows the path.
[[nodiscard]] messages::Message read_one_property(
    RequestReader& request, messages::Target target, const schema::Column& column
);

}  // namespace rookery::odata
