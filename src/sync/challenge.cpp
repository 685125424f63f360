#include "sync/challenge.hpp"

#include <algorithm>

namespace rookery::sync {
namespace {

constexpr std::string_view blanks = " \t";

void skip_blanks(std::string_view& text) {
    text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
}

/// A value up to the next comma; in quotes, without escapes. Nothing when it is neither.
std::optional<std::string_view> take_value(std::string_view& text) {
    if (!text.empty() && text.front() == '"') {
        text.remove_prefix(1);
        const auto end = text.find('"');
        if (end == std::string_view::npos) return std::nullopt;
        const auto value = text.substr(0, end);
        text.remove_prefix(end + 1);
        return value;
    }
    const auto end = std::min(text.find_first_of(", \t"), text.size());
    const auto value = text.substr(0, end);
    text.remove_prefix(end);
    return value;
}

std::optional<HttpsUrl> authority_of(std::string_view uri) {
    auto url = parse_https_url(uri);
    if (!url) return std::nullopt;
    for (const std::string_view end : {"/oauth2/authorize", "/oauth2/v2.0/authorize"}) {
        const auto size = url->path.size();
        if (size > end.size() && url->path.compare(size - end.size(), end.size(), end) == 0) {
            url->path.erase(size - end.size());
            return url;
        }
    }
    return std::nullopt;
}

}  // namespace

std::optional<Challenge> parse_challenge(std::string_view header) {
    constexpr std::string_view scheme = "Bearer ";
    if (header.size() < scheme.size()) return std::nullopt;
    header.remove_prefix(scheme.size());  // the reader of headers kept this scheme only
    std::optional<HttpsUrl> authority;
    std::optional<HttpsUrl> resource;
    while (true) {
        skip_blanks(header);
        const auto equals = header.find('=');
        if (equals == std::string_view::npos) return std::nullopt;
        const auto name = header.substr(0, equals);
        header.remove_prefix(equals + 1);
        const auto value = take_value(header);
        if (!value) return std::nullopt;
        if (name == "authorization_uri") {
            if (authority) return std::nullopt;
            authority = authority_of(*value);
            if (!authority) return std::nullopt;
        } else if (name == "resource_id") {
            if (resource) return std::nullopt;
            resource = parse_https_url(*value);
            if (!resource) return std::nullopt;
        }
        skip_blanks(header);
        if (header.empty()) break;
        if (header.front() != ',') return std::nullopt;
        header.remove_prefix(1);
    }
    if (!authority || !resource) return std::nullopt;
    return Challenge{std::move(*authority), std::move(*resource)};
}

}  // namespace rookery::sync
