// Under which of its names a request reached this service (RFC 9112 section 3.3), and with it which
// URLs are its own: what links begin with, and what an absolute URL in a request may begin with.
#pragma once

#include "base/http_message.hpp"
#include "odata/request/content_ids.hpp"
#include "odata/request/service_root.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace rookery::odata {

class RequestOrigin {
 public:
    RequestOrigin() = default;  // of no service: only before parse
    /// `ids`, if any, of the change set that the request is a part of; both outlive it.
    RequestOrigin(
        const ServiceRoot& root, const http::Request& request, const ContentIds* ids = nullptr
    );

    /// What the links of the answer begin with.
    [[nodiscard]] std::string_view links() const;
    [[nodiscard]] std::string_view log_origin() const;

    /// The rest of an absolute URL of the service: of its own origin, of the one that this request used, or of a
    /// name in its certificate with the port that it listens on. Nothing when it is another service's.
    [[nodiscard]] std::optional<std::string_view> path_of(std::string_view url) const;

    /// `SET(KEY)` of what a part before it in its change set made or changed; null: there is no such part.
    [[nodiscard]] const std::string* path_of_content_id(std::string_view id) const {
        return ids_ == nullptr ? nullptr : ids_->find(id);
    }

 private:
    const ServiceRoot* root_ = nullptr;
    const ContentIds* ids_ = nullptr;
    std::string asked_;  // canonical; empty: the root's own, or not one of the service's
};

/// Of a request target in origin or absolute form (RFC 9112 section 3.2): path and query, "/" when there is none.
[[nodiscard]] std::string_view path_and_query(std::string_view target);
/// "https://host:port/…", the scheme in any case.
[[nodiscard]] bool is_absolute(std::string_view url);

}  // namespace rookery::odata
