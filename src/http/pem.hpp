// Private keys and certificates as OpenSSL objects that free themselves, read from PEM. For tls.cpp
// and certificate_authority.cpp.
#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <filesystem>
#include <memory>

#include "base/result.hpp"

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

/// Errc::bad_permissions as read_private_file has it; Errc::io when it cannot be read, is larger
/// than 64 KiB or holds no unencrypted private key.
[[nodiscard]] Result<PkeyPtr> read_private_key(const std::filesystem::path& path);
/// The first certificate of the file; Errc::io.
[[nodiscard]] Result<X509Ptr> read_certificate(const std::filesystem::path& path);

}  // namespace rookery::http
