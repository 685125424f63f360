// Where the server listens: a numeric address and a port.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace rookery::cli {

struct Endpoint {
    std::string address;
    std::uint16_t port = 0;
};

/// "127.0.0.1:8443" or "[::1]:8443"; a numeric address. Errc::usage.
[[nodiscard]] Result<Endpoint> parse_endpoint(std::string_view text);
/// 127.0.0.0/8 or ::1.
[[nodiscard]] bool is_loopback(const Endpoint& endpoint);
/// 0.0.0.0 or ::, which listens on every address and is none to connect to.
[[nodiscard]] bool is_unspecified(const Endpoint& endpoint);
/// For a URL: an IPv6 address in brackets.
[[nodiscard]] std::string to_string(const Endpoint& endpoint);

}  // namespace rookery::cli
