// Where this service answers, as clients see it. Made once by the server; outlives every request.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace rookery::odata {

struct ServiceRoot {
    std::string origin;        // "https://vault.example.com:8443", as base/https_url.hpp spells it
    std::string log_origin;    // of the audit log's checkpoints; goes into the Audit-Log header
    std::uint16_t port = 443;  // that it listens on
    // Links begin with the name that the request used, not with `origin`.
    bool follows_host = false;
    /// Whether its certificate is for this host: a DNS name, or an IP address without brackets.
    std::function<bool(std::string_view host)> serves = {};
    /// The same without wildcards, under which other services may be.
    std::function<bool(std::string_view host)> carries = {};
};

inline constexpr std::string_view api_prefix = "/api/data/";
/// The longest request target (dataverse: Max GET URL).
inline constexpr std::size_t target_bytes_max = 32768;

}  // namespace rookery::odata
