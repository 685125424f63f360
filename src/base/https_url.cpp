#include "base/https_url.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <charconv>

namespace rookery {
namespace {

constexpr std::size_t url_bytes_max = 1024;
constexpr std::string_view scheme = "https://";
constexpr std::uint16_t default_port = 443;

bool is_lower_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

char lowered(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

/// Letters, digits, hyphens, underscores and single dots between them, or an IPv6 address in brackets.
std::optional<std::string> canonical_host(std::string_view host) {
    if (host.starts_with('[') && host.ends_with(']')) {
        std::array<std::uint8_t, 16> address{};
        const std::string text{host.substr(1, host.size() - 2)};
        if (::inet_pton(AF_INET6, text.c_str(), address.data()) != 1) return std::nullopt;
        std::array<char, INET6_ADDRSTRLEN> canonical{};
        ::inet_ntop(AF_INET6, address.data(), canonical.data(), canonical.size());
        return "[" + std::string{canonical.data()} + "]";
    }
    const bool plain = std::all_of(host.begin(), host.end(), [](char c) {
        return is_lower_or_digit(c) || c == '-' || c == '_' || c == '.';
    });
    if (!plain || host.empty() || host.front() == '.' || host.back() == '.' ||
        host.find("..") != std::string_view::npos) {
        return std::nullopt;
    }
    return std::string{host};
}

bool is_segment(std::string_view segment) {
    if (segment.empty() || segment == "." || segment == "..") return false;
    return std::all_of(segment.begin(), segment.end(), [](char c) {
        return is_lower_or_digit(lowered(c)) || c == '-' || c == '.' || c == '_' || c == '~';
    });
}

bool is_path(std::string_view path) {
    while (!path.empty()) {
        path.remove_prefix(1);
        const auto end = std::min(path.find('/'), path.size());
        if (!is_segment(path.substr(0, end))) return false;
        path.remove_prefix(end);
    }
    return true;
}

struct Authority {
    std::string_view host;  // an IPv6 address in brackets
    std::optional<std::string_view> port;
};

Authority split(std::string_view authority) {
    const auto bracket = authority.find(']');
    const auto colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
    if (colon == std::string_view::npos) return {authority, std::nullopt};
    return {authority.substr(0, colon), authority.substr(colon + 1)};
}

std::optional<std::uint16_t> read_port(std::string_view text) {
    std::uint16_t port = 0;
    const auto* const last = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), last, port);
    if (error != std::errc{} || stop != last || port == 0) return std::nullopt;
    return port;
}

}  // namespace

std::optional<HttpsUrl> parse_https_url(std::string_view text) {
    if (text.size() > url_bytes_max || !text.starts_with(scheme)) return std::nullopt;
    text.remove_prefix(scheme.size());
    const auto end = std::min(text.find('/'), text.size());
    std::string authority{text.substr(0, end)};
    std::transform(authority.begin(), authority.end(), authority.begin(), lowered);
    auto path = text.substr(end);
    if (!path.empty() && path.back() == '/') path.remove_suffix(1);
    if (!is_path(path)) return std::nullopt;

    const auto [host_text, port_text] = split(authority);
    const auto host = canonical_host(host_text);
    if (!host) return std::nullopt;
    HttpsUrl out{std::string{scheme} + *host, std::string{path}};
    if (port_text) {
        const auto port = read_port(*port_text);
        if (!port) return std::nullopt;
        if (*port != default_port) out.origin += ":" + std::to_string(*port);
    }
    return out;
}

std::string_view HttpsUrl::host() const {
    auto host = split(std::string_view{origin}.substr(scheme.size())).host;
    if (!host.starts_with('[')) return host;
    host.remove_prefix(1);
    host.remove_suffix(1);
    return host;
}

std::uint16_t HttpsUrl::port() const {
    const auto port = split(std::string_view{origin}.substr(scheme.size())).port;
    return port ? read_port(*port).value_or(default_port) : default_port;
}

}  // namespace rookery
