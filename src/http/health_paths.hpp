// Where a server says how it is, open or sealed, without a credential (docs/operations/monitoring.md).
#pragma once

#include <string_view>

namespace rookery::http {

inline constexpr std::string_view lives_path = "/healthz";
inline constexpr std::string_view ready_path = "/readyz";

}  // namespace rookery::http
