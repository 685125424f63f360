// Private keys and certificates as OpenSSL objects that free themselves, read from PEM and written as
// it. For tls.cpp, certificate_authority.cpp and check_server_certificate.cpp.
#pragma once

#include "base/bytes.hpp"
#include "base/file.hpp"
#include "base/result.hpp"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <filesystem>
#include <memory>

namespace rookery::http {

template <auto Free>
struct FreeWith {
    template <class T>
    void operator()(T* object) const {
        Free(object);
    }
};

using BioPtr = std::unique_ptr<BIO, FreeWith<&BIO_free_all>>;
using PkeyPtr = std::unique_ptr<EVP_PKEY, FreeWith<&EVP_PKEY_free>>;
using X509Ptr = std::unique_ptr<X509, FreeWith<&X509_free>>;

inline constexpr std::size_t pem_bytes_max = 64U << 10;

/// The first unencrypted private key of the text; null when there is none.
[[nodiscard]] PkeyPtr parse_private_key(ByteView text);
/// The first certificate of the text; null when there is none.
[[nodiscard]] X509Ptr parse_certificate(ByteView text);

/// Errc::bad_permissions as read_private_file has it; Errc::io when it cannot be read, is larger
/// than pem_bytes_max or holds no unencrypted private key.
[[nodiscard]] Result<PkeyPtr> read_private_key(
    const std::filesystem::path& path, PrivateFileKind kind = PrivateFileKind::own
);
/// The first certificate of the file; Errc::io.
[[nodiscard]] Result<X509Ptr> read_certificate(const std::filesystem::path& path);

/// As this module writes them, the key as PKCS #8; in memory that OpenSSL wipes with the object.
/// Null when OpenSSL cannot.
[[nodiscard]] BioPtr pem_of(const EVP_PKEY* key);
[[nodiscard]] BioPtr pem_of(X509* certificate);
/// What was written to it, as long as it lives.
[[nodiscard]] ByteView content_of(const BioPtr& memory);

}  // namespace rookery::http
