#include "cli/config/tls_key.hpp"

#include "cli/options/file_place.hpp"
#include "cli/options/secret_file.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace rookery::cli {
namespace {

namespace fs = std::filesystem;

bool lies_beside(const fs::path& key, const fs::path& data) {
    std::error_code ignored;
    return fs::exists(key, ignored) && (lies_inside(key, data) || on_same_file_system(key, data));
}

}  // namespace

Result<TlsKey> tls_key_of(const Config& config) {
    TlsKey out;
    if (!config.tls_key_credential.empty()) {
        ROOKERY_TRY(out.file, credential_file(config.tls_key_credential));
        out.kind = PrivateFileKind::systemd_credential;
        return out;
    }
    if (config.tls_certificate.empty()) {
        out.file = config.data / "tls" / "server.key";
        return out;
    }
    out.file = config.tls_key;
    out.kind = PrivateFileKind::handed_over;
    return out;
}

std::vector<std::string> tls_key_warnings(const fs::path& key, const fs::path& data) {
    const auto own = data / "tls";
    const auto authority = own / "ca.key";
    std::vector<std::string> beside;
    for (const auto& file : {key, own / "server.key", authority}) {
        if (!lies_beside(file, data)) continue;
        if (std::ranges::find(beside, file.string()) == beside.end())
            beside.push_back(file.string());
    }
    if (beside.empty()) return {};
    const bool issues = beside.back() == authority.string();
    return {fmt::format(
        "TLS keys lie beside the data ({}): whoever takes the disk can pose as this server{}, but "
        "opens no "
        "stored token and no recorded connection by it, and signs no log; to keep the key "
        "elsewhere, "
        "give [tls] certificate and key or key_credential{}",
        fmt::join(beside, ", "),
        issues ? " and issue certificates that its clients trust" : "",
        issues ? fmt::format(", and remove {} once no client needs its ca.pem", own.string()) : ""
    )};
}

}  // namespace rookery::cli
