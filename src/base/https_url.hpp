// The one spelling of a URL that is compared or asked: https, a host, perhaps a port and a plain
// path. What could be read in two ways (a user, a query, percent-encoding, dot segments, backslashes)
// is no URL here, so that two that compare equal are the same place to every parser.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rookery {

struct HttpsUrl {
    std::string
        origin;  // "https://host" or "https://host:port", lower case, no :443, [::1] at its shortest
    std::string path;  // "" or "/a/b", no slash at the end

    [[nodiscard]] std::string text() const { return origin + path; }

    /// A name, or an IP address without brackets.
    [[nodiscard]] std::string_view host() const;
    [[nodiscard]] std::uint16_t port() const;

    friend bool operator==(const HttpsUrl&, const HttpsUrl&) = default;
};

[[nodiscard]] std::optional<HttpsUrl> parse_https_url(std::string_view text);

}  // namespace rookery
