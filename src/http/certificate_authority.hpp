// A certificate authority of one's own, for vaults that have no certificate from elsewhere.
//
// The folder holds ca.pem (what clients trust), ca.key, server.pem and server.key; both keys have
// mode 0600. Keys are EC P-256. Called by `init` and `dev`, and by `serve` at start to renew.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace rookery::http {

inline constexpr std::chrono::days authority_validity{3650};
inline constexpr std::chrono::days server_certificate_validity{
    397};                                                           // what platforms accept at most
inline constexpr std::chrono::days server_certificate_renewal{30};  // this long before its end
inline constexpr std::size_t server_names_max = 64;

struct ServerCertificate {
    std::filesystem::path authority;    // ca.pem
    std::filesystem::path certificate;  // server.pem
    std::filesystem::path key;          // server.key
    bool renewed = false;               // a new certificate was written
    std::vector<std::string> names;     // that it carries, each once
};

/// Makes what the folder lacks, and a new server certificate when the one there ends within
/// `server_certificate_renewal`, does not carry every name, or does not fit key or authority.
/// `names` are DNS names and IP addresses. A new one also carries the names of the one it replaces,
/// as far as `server_names_max` allows. The authority itself is never replaced.
/// Errc: usage (no name, too many, or one that is neither), io (folder or files unusable), bad_permissions
/// (a key file that others can read), integrity (ca.pem and ca.key do not belong together).
[[nodiscard]] Result<ServerCertificate> ensure_server_certificate(
    const std::filesystem::path& folder, const std::vector<std::string>& names, Instant now
);

/// 127.0.0.1, ::1, localhost and this machine's host name.
[[nodiscard]] std::vector<std::string> local_names();

}  // namespace rookery::http
