// What can be said of a server's certificate without its key, in plain types: for those who look but do not serve.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace rookery::http {

struct CertificateFacts {
    Instant from{};
    Instant until{};
    std::vector<std::string> names;  // that it carries
    std::vector<std::string>
        not_served;  // of the hosts that were asked for: no client accepts it for these
};

/// Of the first certificate of a PEM file. Errc::io when there is none.
[[nodiscard]] Result<CertificateFacts> certificate_facts(
    const std::filesystem::path& file, const std::vector<std::string>& hosts
);

}  // namespace rookery::http
