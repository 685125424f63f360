// Where a server is and who asks it.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace rookery::cli {

struct Connection {
    std::string url;                   // https://host[:port], nothing after it
    std::filesystem::path ca;          // PEM; empty: the system's authorities
    std::filesystem::path token_file;  // mode 0600 or 0400; empty: unauthenticated
};

/// Whether the host of this URL is this very machine, whoever resolves it: localhost, an address of
/// 127.0.0.0/8 in full, or [::1]. No such URL's request goes through a proxy.
[[nodiscard]] bool is_loopback_url(std::string_view url);

}  // namespace rookery::cli
