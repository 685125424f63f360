// The parameters of the function rky_RetrieveAuditEvents.
#pragma once

#include "base/result.hpp"
#include "messages/message.hpp"
#include "odata/query_options.hpp"

#include <optional>
#include <string>

namespace rookery::odata {

inline constexpr std::uint32_t audit_top_max = 1000;

/// `(Record=@r,Actor=@a,Since=@s,Below=@b,Top=@t)` with aliases or literals, each at most once; or
/// no parentheses and the aliases @r, @a, @s, @b, @t alone. Errc::malformed.
[[nodiscard]] Result<messages::RetrieveAuditEvents> read_audit_query(
    const std::optional<std::string>& arguments, const QueryOptions& options
);

}  // namespace rookery::odata
