#include "cli/config/sync_options.hpp"

#include "base/https_url.hpp"
#include "base/uuid.hpp"
#include "cli/options/secret_file.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace rookery::cli {
namespace {

tl::unexpected<Error> refuse(std::string message) { return fail(Errc::usage, std::move(message)); }

bool is_client_id(std::string_view text) {
    constexpr std::size_t size_max = 128;
    return text.size() <= size_max &&
           std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7F; });
}

/// "systemusers(GUID)" or "teams(GUID)", with the GUID in lower case.
std::optional<std::string> binding_of(std::string_view text) {
    for (const std::string_view set : {"systemusers", "teams"}) {
        if (text.size() < set.size() + 2 || text.substr(0, set.size()) != set) continue;
        const auto key = text.substr(set.size());
        if (key.front() != '(' || key.back() != ')') return std::nullopt;
        const auto id = Uuid::parse(key.substr(1, key.size() - 2));
        if (!id) return std::nullopt;
        return fmt::format("{}({})", set, to_string(*id));
    }
    return std::nullopt;
}

bool is_empty(const Config& config) {
    return config.sync_authorities.empty() && config.sync_client_id.empty() &&
           config.sync_client_secret_file.empty() && config.sync_client_secret_credential.empty() &&
           config.sync_ca_file.empty() && config.sync_owners.empty();
}

}  // namespace

Result<std::optional<sync::SyncOptions>> sync_options_of(const Config& config) {
    if (config.sync_url.empty()) {
        if (is_empty(config)) return std::optional<sync::SyncOptions>{};
        return refuse("sync.url is missing: the root of the organization");
    }
    sync::SyncOptions out;
    const auto url = parse_https_url(config.sync_url);
    if (!url || !url->path.empty()) {
        return refuse("sync.url must be https://host or https://host:port");
    }
    out.url = url->text();
    if (config.sync_authorities.empty()) {
        return refuse("sync.authorities is missing: who may be shown the client secret");
    }
    for (const auto& text : config.sync_authorities) {
        const auto authority = parse_https_url(text);
        if (!authority || authority->path.empty()) {
            return refuse("sync.authorities must hold https://host/tenant each");
        }
        out.authorities.push_back(authority->text());
    }
    if (config.sync_client_id.empty()) return refuse("sync.client_id is missing");
    if (!is_client_id(config.sync_client_id)) {
        return refuse("sync.client_id must be visible ASCII, at most 128 characters");
    }
    out.client_id = config.sync_client_id;
    if (config.sync_client_secret_file.empty() == config.sync_client_secret_credential.empty()) {
        return refuse(
            "give exactly one of sync.client_secret_file and sync.client_secret_credential"
        );
    }
    out.ca_file = config.sync_ca_file;
    out.parallel = static_cast<std::size_t>(config.sync_parallel);
    out.requests_per_second = static_cast<std::size_t>(config.sync_requests_per_second);
    out.connect = std::chrono::seconds{config.sync_connect_seconds};
    out.request = std::chrono::seconds{config.sync_request_seconds};
    for (const auto& [owner, there] : config.sync_owners) {
        const auto id = Uuid::parse(owner);
        const auto binding = binding_of(there);
        if (!id || !binding) {
            return refuse(
                "sync.owners must hold lines like \"GUID\" = \"systemusers(GUID)\" or "
                "\"GUID\" = \"teams(GUID)\""
            );
        }
        out.owners[*id] = *binding;
    }
    return std::optional{std::move(out)};
}

Result<SecretBytes> read_client_secret(const Config& config) {
    if (!config.sync_client_secret_file.empty()) {
        return read_secret_file(config.sync_client_secret_file);
    }
    return read_credential(config.sync_client_secret_credential);
}

}  // namespace rookery::cli
