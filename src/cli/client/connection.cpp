#include "cli/client/connection.hpp"

#include "base/https_url.hpp"
#include "cli/config/endpoint.hpp"

namespace rookery::cli {

bool is_loopback_url(std::string_view url) {
    const auto parsed = parse_https_url(url);
    if (!parsed) return false;
    auto host = parsed->origin.substr(std::string_view{"https://"}.size());
    const bool bracketed = host.front() == '[';
    host = host.substr(0, bracketed ? host.find(']') + 1 : host.find(':'));
    return host == "localhost" || host == "[::1]" || (!bracketed && is_loopback({host, 0}));
}

}  // namespace rookery::cli
