// The server's TLS context: TLS 1.3, and 1.2 where an option asks for it.
#pragma once

#include "base/file.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>

namespace boost::asio::ssl {
class context;
}

namespace rookery::http {

enum class TlsFloor : std::uint8_t { v1_2, v1_3 };

struct TlsOptions {
    std::filesystem::path
        certificate_file;            // PEM: the server's certificate, then intermediate ones
    std::filesystem::path key_file;  // PEM, unencrypted, for its owner's eyes only
    PrivateFileKind key_kind = PrivateFileKind::own;
    TlsFloor floor = TlsFloor::v1_3;
};

/// Called once, by a server that has its address: one that cannot start renews no certificate.
using TlsSource = std::function<Result<TlsOptions>()>;

/// Plaintext is wiped from OpenSSL's buffers; no compression, no renegotiation, no session cache
/// (tickets only); TLS 1.2 with forward secrecy and AEAD suites alone.
/// Errc::bad_permissions when the key file is a symlink, not a regular file, of another owner than
/// this process or root, or less private than its kind asks; Errc::io when a file cannot be read or the
/// two do not belong together.
[[nodiscard]] Result<std::unique_ptr<boost::asio::ssl::context>> make_tls_context(
    const TlsOptions& options
);

}  // namespace rookery::http
