#include "odata/request/request_origin.hpp"

#include "base/https_url.hpp"

#include <algorithm>

namespace rookery::odata {
namespace {

constexpr std::string_view scheme = "https://";

/// "host:port" of an absolute URL.
std::string_view authority_of(std::string_view url) {
    url.remove_prefix(scheme.size());
    return url.substr(0, url.find_first_of("/?#"));
}

/// What the request says it was sent to. The target goes before the Host header (RFC 9112 section 3.2.2).
std::string_view authority_asked(const http::Request& request) {
    if (is_absolute(request.target)) return authority_of(request.target);
    const auto* const host = request.header("Host");
    return host == nullptr ? std::string_view{} : std::string_view{*host};
}

std::optional<HttpsUrl> origin_of(std::string_view authority) {
    if (authority.find('/') != std::string_view::npos) return std::nullopt;  // of a Host header
    return parse_https_url(std::string{scheme}.append(authority));
}

}  // namespace

bool is_absolute(std::string_view url) {
    return url.size() >= scheme.size() &&
           std::ranges::equal(url.substr(0, scheme.size()), scheme, [](char a, char b) {
               return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b;
           });
}

std::string_view path_and_query(std::string_view target) {
    if (!is_absolute(target)) return target;
    target.remove_prefix(scheme.size() + authority_of(target).size());
    return target.empty() ? "/" : target;
}

RequestOrigin::RequestOrigin(
    const ServiceRoot& root, const http::Request& request, const ContentIds* ids
)
    : root_(&root), ids_(ids) {
    const auto authority = authority_asked(request);
    if (!root.serves || std::string_view{root.origin}.substr(scheme.size()) == authority) return;
    auto origin = origin_of(authority);
    if (origin && root.serves(origin->host())) asked_ = std::move(origin->origin);
}

std::string_view RequestOrigin::links() const {
    if (root_ == nullptr) return {};
    return root_->follows_host && !asked_.empty() ? asked_ : std::string_view{root_->origin};
}

std::string_view RequestOrigin::log_origin() const {
    return root_ == nullptr ? std::string_view{} : root_->log_origin;
}

std::optional<std::string_view> RequestOrigin::path_of(std::string_view url) const {
    if (root_ == nullptr || !is_absolute(url)) return std::nullopt;
    const auto origin = origin_of(authority_of(url));
    if (!origin) return std::nullopt;
    const bool own =
        origin->origin == root_->origin || origin->origin == asked_ ||
        (origin->port() == root_->port && root_->carries && root_->carries(origin->host()));
    if (!own) return std::nullopt;
    return path_and_query(url);
}

}  // namespace rookery::odata
