// The parameters of the function rky_RetrieveAuditEvents.
#pragma once

#include "base/result.hpp"
#include "messages/message.hpp"
#include "odata/request/query_options.hpp"

#include <optional>
#include <string>

namespace rookery::odata {

inline constexpr std::uint32_t audit_top_max = 1000;

/// `(Record=@r,UniqueHandleId=@u,Actor=@a,Credential=@c,Since=@s,From=@f,Below=@b,Top=@t)` with
/// aliases or literals, each at most once and one record at most; or no parentheses and these aliases
/// alone.
/// Errc::malformed.
[[nodiscard]] Result<messages::RetrieveAuditEvents> read_audit_query(
    const std::optional<std::string>& arguments, const QueryOptions& options
);

}  // namespace rookery::odata
