// What the operator says about the organization: the section [sync] of the configuration, checked.
#pragma once

#include "base/uuid.hpp"

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace rookery::sync {

struct SyncOptions {
    std::string url;  // "https://host" or "https://host:port", see https_url.hpp
    std::vector<std::string> authorities;  // "https://host/tenant": who may be shown the secret
    std::string client_id;
    std::filesystem::path ca_file;  // PEM; empty: the system's authorities
    std::size_t parallel = 4;       // 1..32
    std::size_t requests_per_second = 20;
    std::chrono::seconds connect{10};
    std::chrono::seconds request{130};  // Dataverse may take two minutes
    // Owner here, user or team → what ownerid is bound to there: "systemusers(GUID)", "teams(GUID)".
    std::map<Uuid, std::string> owners;
};

}  // namespace rookery::sync
