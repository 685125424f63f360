// The 401's challenge: which authority to sign in with, and for which resource.
//   Bearer authorization_uri=https://login.microsoftonline.com/TENANT/oauth2/authorize,
//          resource_id=https://org/
#pragma once

#include "base/https_url.hpp"

#include <optional>
#include <string_view>

namespace rookery::sync {

struct Challenge {
    HttpsUrl authority;  // authorization_uri without /oauth2/authorize or /oauth2/v2.0/authorize
    HttpsUrl resource;
};

/// Of WWW-Authenticate; values bare or quoted. Nothing unless both are there, once, and plain.
[[nodiscard]] std::optional<Challenge> parse_challenge(std::string_view header);

}  // namespace rookery::sync
