// `GET SET`, with `$apply` what its rows come to, `SET/$count`, and the same of the members of a collection navigation property.
#pragma once

#include "base/result.hpp"
#include "messages/message.hpp"
#include "odata/request/request_reader.hpp"
#include "schema/schema.hpp"

#include <optional>

namespace rookery::odata {

enum class Counting { with_rows, only };

/// Errc: malformed, method_not_allowed, bad_paging_token, and what $select, $filter and $orderby
/// say.
[[nodiscard]] Result<messages::Message> read_list(
    RequestReader& request, const schema::Table& table, std::optional<messages::Within> within,
    Counting counting
);

}  // namespace rookery::odata
