// Why there is no answer, in words that lead to what has to be mended.
#pragma once

#include "base/result.hpp"
#include "cli/client/connection.hpp"

#include <filesystem>

namespace rookery::cli {

/// As libcurl reports it.
struct ConnectionOutcome {
    int code = 0;             // CURLcode
    long verify_result = 0;   // of the certificate: OpenSSL's X509_V_ERR_…
    const char* detail = "";  // libcurl's own words; empty for none
};

/// Errc::unavailable or Errc::deadline, with the reason and, when a clock may be wrong, what this machine's says.
[[nodiscard]] Error connection_failure(
    const ConnectionOutcome& outcome, const Connection& connection
);

/// Whether it would be the same at the next try: a certificate that is not trusted, or is for another name. One that a
/// clock judges may be good later.
[[nodiscard]] bool is_lasting(const ConnectionOutcome& outcome);

/// Whether the file named by --ca or ROOKERY_CA can be one; empty is the system's. Errc::not_found; Errc::usage when
/// there is no certificate in it, Errc::io.
[[nodiscard]] Result<void> check_authority(const std::filesystem::path& ca);

}  // namespace rookery::cli
