#include "http/pem.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>

namespace rookery::http {
namespace {

/// An encrypted key is refused: OpenSSL's own callback would ask on the terminal.
int no_passphrase(char*, int, int, void*) { return -1; }

BioPtr reader_of(ByteView text) {
    return BioPtr{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
}

template <class Write>
BioPtr written(Write write) {
    BioPtr text{BIO_new(BIO_s_secmem())};
    if (text && write(text.get()) != 1) text.reset();
    ERR_clear_error();
    return text;
}

}  // namespace

PkeyPtr parse_private_key(ByteView text) {
    const auto in = reader_of(text);
    PkeyPtr key{in ? PEM_read_bio_PrivateKey(in.get(), nullptr, no_passphrase, nullptr) : nullptr};
    ERR_clear_error();
    return key;
}

X509Ptr parse_certificate(ByteView text) {
    const auto in = reader_of(text);
    X509Ptr certificate{
        in ? PEM_read_bio_X509(in.get(), nullptr, no_passphrase, nullptr) : nullptr};
    ERR_clear_error();
    return certificate;
}

Result<PkeyPtr> read_private_key(const std::filesystem::path& path, PrivateFileKind kind) {
    const auto content = read_private_file(path, pem_bytes_max, kind);
    if (!content) {
        auto error = content.error();  // not_found is for rows
        if (error.code != Errc::bad_permissions) error.code = Errc::io;
        return fail(std::move(error));
    }
    auto key = content->expose(parse_private_key);
    if (!key) {
        return fail(
            Errc::io,
            path.string() + " holds no private key in PEM form.",
            "The key must not be encrypted with a passphrase."
        );
    }
    return key;
}

Result<X509Ptr> read_certificate(const std::filesystem::path& path) {
    const BioPtr text{BIO_new_file(path.c_str(), "r")};
    X509Ptr certificate{
        text ? PEM_read_bio_X509(text.get(), nullptr, no_passphrase, nullptr) : nullptr};
    ERR_clear_error();
    if (!certificate) {
        return fail(
            Errc::io, path.string() + " cannot be read or holds no certificate in PEM form."
        );
    }
    return certificate;
}

BioPtr pem_of(const EVP_PKEY* key) {
    return written([&](BIO* out) {
        return PEM_write_bio_PKCS8PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr);
    });
}

BioPtr pem_of(X509* certificate) {
    return written([&](BIO* out) { return PEM_write_bio_X509(out, certificate); });
}

ByteView content_of(const BioPtr& memory) {
    char* bytes = nullptr;
    const auto size = BIO_get_mem_data(memory.get(), &bytes);
    return bytes_of({bytes, static_cast<std::size_t>(size)});
}

}  // namespace rookery::http
