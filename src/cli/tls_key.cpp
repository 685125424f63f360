#include "cli/tls_key.hpp"

#include "cli/secret_file.hpp"

namespace rookery::cli {

Result<TlsKey> tls_key_of(const Config& config) {
    TlsKey out;
    if (!config.tls_key_credential.empty()) {
        ROOKERY_TRY(out.file, credential_file(config.tls_key_credential));
        out.kind = PrivateFileKind::systemd_credential;
        return out;
    }
    out.file = config.tls_certificate.empty() ? config.data / "tls" / "server.key" : config.tls_key;
    return out;
}

}  // namespace rookery::cli
