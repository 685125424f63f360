#include "http/pem.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>

#include "base/file.hpp"

namespace rookery::http {
namespace {

constexpr std::size_t key_bytes_max = 64U << 10;

/// An encrypted key is refused: OpenSSL's own callback would ask on the terminal.
int no_passphrase(char*, int, int, void*) { return -1; }

}  // namespace

Result<PkeyPtr> read_private_key(const std::filesystem::path& path) {
    const auto content = read_private_file(path, key_bytes_max);
    if (!content) {
        auto error = content.error();  // not_found is for rows
        if (error.code != Errc::bad_permissions) error.code = Errc::io;
        return fail(std::move(error));
    }
    auto key = content->expose([](ByteView bytes) {
        const BioPtr text{BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size()))};
        return PkeyPtr{text ? PEM_read_bio_PrivateKey(text.get(), nullptr, no_passphrase, nullptr)
                            : nullptr};
    });
    ERR_clear_error();
    if (!key) {
        return fail(
            Errc::io, path.string() + " holds no private key in PEM form.",
            "The key must not be encrypted with a passphrase."
        );
    }
    return key;
}

Result<X509Ptr> read_certificate(const std::filesystem::path& path) {
    const BioPtr text{BIO_new_file(path.c_str(), "r")};
    X509Ptr certificate{text ? PEM_read_bio_X509(text.get(), nullptr, no_passphrase, nullptr)
                             : nullptr};
    ERR_clear_error();
    if (!certificate) {
        return fail(Errc::io, path.string() + " cannot be read or holds no certificate in PEM form.");
    }
    return certificate;
}

}  // namespace rookery::http
