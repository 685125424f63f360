// The parameters of the functions rky_RetrieveWhoCan, rky_RetrieveAccessOf and rky_ExplainAccess. Names of
// tables, columns and messages may stand with or without quotes.
#pragma once

#include "base/result.hpp"
#include "messages/message.hpp"
#include "odata/request/query_options.hpp"

#include <optional>
#include <string>

namespace rookery::odata {

inline constexpr std::uint32_t readers_top_max = 200;

// Errc::malformed.

/// Record=@r or UniqueHandleId=@u; Table=@t (msdyn_octwitterhandlesecret), Column=@c, After=@a, Top=@n.
[[nodiscard]] Result<messages::RetrieveWhoCan> read_who_can(
    const std::optional<std::string>& arguments, const QueryOptions& options
);
/// User=@w.
[[nodiscard]] Result<messages::RetrieveAccessOf> read_access_of(
    const std::optional<std::string>& arguments, const QueryOptions& options
);
/// Message=@m; User=@w; Record=@r or UniqueHandleId=@u for a message about a record; Table=@t, Column=@c,
/// Owner=@o.
[[nodiscard]] Result<messages::ExplainAccess> read_explain_access(
    const std::optional<std::string>& arguments, const QueryOptions& options
);

}  // namespace rookery::odata
