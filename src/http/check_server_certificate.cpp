#include "http/check_server_certificate.hpp"

#include "base/file.hpp"
#include "http/pem.hpp"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <algorithm>
#include <string>

namespace rookery::http {
namespace {

using KeyContextPtr = std::unique_ptr<EVP_PKEY_CTX, FreeWith<&EVP_PKEY_CTX_free>>;
using PartsPtr = std::unique_ptr<OSSL_PARAM, FreeWith<&OSSL_PARAM_free>>;

/// A certificate and its key, and what to do when they are not what they were.
struct PairFiles {
    std::filesystem::path certificate;
    std::filesystem::path key;
    const char* hint;
};

constexpr const char* authority_hint =
    "put ca.pem and ca.key back from a copy of the data directory; without one remove tls/, and "
    "the next "
    "start makes a new authority, whose ca.pem every client needs";
constexpr const char* server_hint =
    "remove server.pem and server.key: the next start makes new ones; names that only `init "
    "--name` "
    "gave are gone with server.pem";

/// Null where there is no file.
struct Pair {
    X509Ptr certificate;
    PkeyPtr key;
};

tl::unexpected<Error> damaged(std::string what, const char* hint) {
    ERR_clear_error();
    return fail(Errc::integrity, std::move(what), hint);
}

/// A file that is too large for what it should hold was changed.
tl::unexpected<Error> unreadable(Error error, const char* hint) {
    if (error.code == Errc::too_large) return damaged(std::move(error.message), hint);
    return fail(std::move(error));
}

/// Base64 and DER have more than one spelling of the same thing; the vault writes one.
template <class Object>
bool is_as_written(ByteView file, const Object& object) {
    if (!object) return false;
    const auto text = pem_of(object.get());
    return text && std::ranges::equal(file, content_of(text));
}

/// The same key without what OpenSSL keeps of the file it was read from, as the vault would make it;
/// null when there is none.
PkeyPtr made_anew(const EVP_PKEY* key) {
    OSSL_PARAM* parts = nullptr;
    if (EVP_PKEY_todata(key, EVP_PKEY_KEYPAIR, &parts) != 1) return nullptr;
    const PartsPtr owner{parts};
    const KeyContextPtr context{EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr)};
    EVP_PKEY* made = nullptr;
    if (!context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &made, EVP_PKEY_KEYPAIR, parts) != 1) {
        return nullptr;
    }
    PkeyPtr out{made};
    const bool plain = EVP_PKEY_set_utf8_string_param(
                           made,
                           OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT,
                           OSSL_PKEY_EC_POINT_CONVERSION_FORMAT_UNCOMPRESSED
                       ) == 1;
    return plain ? std::move(out) : nullptr;
}

/// OpenSSL's comparison of a key with a certificate looks at the public halves alone.
bool halves_fit(EVP_PKEY* key) {
    const KeyContextPtr context{EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr)};
    return context && EVP_PKEY_pairwise_check(context.get()) == 1;
}

Result<X509Ptr> certificate_of(const PairFiles& files) {
    const auto content = read_plain_file(files.certificate, pem_bytes_max);
    if (!content) {
        if (content.error().code == Errc::not_found) return X509Ptr{};
        return unreadable(content.error(), files.hint);
    }
    auto certificate = parse_certificate(*content);
    if (!is_as_written(*content, certificate)) {
        return damaged(
            files.certificate.string() +
                " was changed: it is no certificate as the vault writes one",
            files.hint
        );
    }
    return certificate;
}

Result<PkeyPtr> key_of(const PairFiles& files) {
    const auto content = read_private_file(files.key, pem_bytes_max);
    if (!content) {
        if (content.error().code == Errc::not_found) return PkeyPtr{};
        return unreadable(content.error(), files.hint);
    }
    auto key = content->expose(parse_private_key);
    if (key) key = made_anew(key.get());
    const bool good = key && halves_fit(key.get()) &&
                      content->expose([&](ByteView file) { return is_as_written(file, key); });
    if (!good) {
        return damaged(
            files.key.string() + " was changed: it is no private key as the vault writes one",
            files.hint
        );
    }
    return key;
}

Result<Pair> read_pair(const PairFiles& files) {
    Pair out;
    ROOKERY_TRY(out.certificate, certificate_of(files));
    ROOKERY_TRY(out.key, key_of(files));
    if (out.certificate && !out.key) return damaged(files.key.string() + " is missing", files.hint);
    if (out.certificate && X509_check_private_key(out.certificate.get(), out.key.get()) != 1) {
        return damaged(
            files.certificate.string() + " and " + files.key.string() + " do not belong together",
            files.hint
        );
    }
    return out;
}

/// Signed by the authority's key; its own certificate is, too.
Result<void> check_issuer(const PairFiles& files, X509* certificate, EVP_PKEY* authority) {
    if (X509_verify(certificate, authority) == 1) return {};
    return damaged(
        files.certificate.string() + " was changed, or the vault's own authority did not issue it",
        files.hint
    );
}

}  // namespace

Result<void> check_server_certificate(const std::filesystem::path& folder) {
    const PairFiles authority_files{folder / "ca.pem", folder / "ca.key", authority_hint};
    const PairFiles server_files{folder / "server.pem", folder / "server.key", server_hint};
    ROOKERY_TRY(const auto authority, read_pair(authority_files));
    ROOKERY_TRY(const auto server, read_pair(server_files));
    if (!authority.certificate) {
        if (!authority.key && !server.certificate) return {};
        return damaged(authority_files.certificate.string() + " is missing", authority_hint);
    }
    ROOKERY_CHECK(check_issuer(authority_files, authority.certificate.get(), authority.key.get()));
    if (!server.certificate) return {};
    return check_issuer(server_files, server.certificate.get(), authority.key.get());
}

}  // namespace rookery::http
