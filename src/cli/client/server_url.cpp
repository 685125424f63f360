#include "cli/client/server_url.hpp"

#include "base/https_url.hpp"

#include <algorithm>

namespace rookery::cli {
namespace {

constexpr std::string_view form =
    "type https://host or https://host:port, as in https://localhost:8443";

constexpr std::string_view blanks = " \t\r\n";

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::string lowered(std::string_view text) {
    std::string out{text};
    std::ranges::transform(out, out.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return out;
}

}  // namespace

Result<std::string> server_url(std::string_view given) {
    // No part of it that is kept depends on upper and lower case.
    auto text = lowered(trimmed(given));
    if (text.starts_with("http://")) {
        return fail(
            Errc::usage,
            "the server's URL is plain HTTP: whoever is on the way could read tokens",
            std::string{form}
        );
    }
    if (text.find("://") == std::string::npos) {
        return fail(
            Errc::usage, "the server's URL has no https:// at its beginning", std::string{form}
        );
    }
    while (text.ends_with("/")) text.pop_back();
    const auto url = parse_https_url(text);
    if (!url || (url->path != "" && url->path != "/api/data/v9.2" && url->path != "/api/data")) {
        return fail(
            Errc::usage,
            "the server's URL has more than a host and a port, or something that is none",
            std::string{form}
        );
    }
    return url->origin;
}

}  // namespace rookery::cli
