#include "cli/config/endpoint.hpp"

#include <fmt/format.h>

#include <arpa/inet.h>
#include <array>
#include <charconv>
#include <system_error>

namespace rookery::cli {

Result<Endpoint> parse_endpoint(std::string_view text) {
    const auto refuse = [&] {
        return fail(
            Errc::usage,
            "an address and a port are needed, as in 127.0.0.1:8443 or [::1]:8443",
            "names are not accepted: say which interface to listen on"
        );
    };
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos) return refuse();
    auto address = text.substr(0, colon);
    const auto port_text = text.substr(colon + 1);
    std::uint16_t port = 0;
    const auto [end, error] =
        std::from_chars(port_text.data(), port_text.data() + port_text.size(), port);
    if (error != std::errc{} || end != port_text.data() + port_text.size() || port_text.empty()) {
        return refuse();
    }
    const bool bracketed = address.size() > 2 && address.front() == '[' && address.back() == ']';
    if (bracketed) address = address.substr(1, address.size() - 2);
    const std::string terminated{address};
    std::array<std::uint8_t, 16> binary{};
    if (::inet_pton(bracketed ? AF_INET6 : AF_INET, terminated.c_str(), binary.data()) != 1) {
        return refuse();
    }
    return Endpoint{terminated, port};
}

bool is_loopback(const Endpoint& endpoint) {
    std::array<std::uint8_t, 16> binary{};
    if (::inet_pton(AF_INET, endpoint.address.c_str(), binary.data()) == 1) return binary[0] == 127;
    if (::inet_pton(AF_INET6, endpoint.address.c_str(), binary.data()) != 1) return false;
    std::array<std::uint8_t, 16> loopback{};
    loopback[15] = 1;
    return binary == loopback;
}

bool is_unspecified(const Endpoint& endpoint) {
    std::array<std::uint8_t, 16> binary{};
    const bool read = ::inet_pton(AF_INET, endpoint.address.c_str(), binary.data()) == 1 ||
                      ::inet_pton(AF_INET6, endpoint.address.c_str(), binary.data()) == 1;
    return read && binary == std::array<std::uint8_t, 16>{};
}

std::string to_string(const Endpoint& endpoint) {
    return endpoint.address.find(':') == std::string::npos
               ? fmt::format("{}:{}", endpoint.address, endpoint.port)
               : fmt::format("[{}]:{}", endpoint.address, endpoint.port);
}

}  // namespace rookery::cli
