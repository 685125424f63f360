// Where this service answers, as clients see it. Made once by main; outlives every request.
#pragma once

#include <string>
#include <string_view>

namespace rookery::odata {

struct ServiceRoot {
    std::string origin;      // "https://vault.example.com:8443": scheme and authority, no slash
    std::string log_origin;  // of the audit log's checkpoints; goes into the Audit-Log header
};

inline constexpr std::string_view api_prefix = "/api/data/";
/// The longest request target (dataverse: Max GET URL).
inline constexpr std::size_t target_bytes_max = 32768;

}  // namespace rookery::odata
