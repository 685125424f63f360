#include "http/tls.hpp"

#include "http/pem.hpp"

#include <boost/asio/ssl/context.hpp>
#include <openssl/ssl.h>

namespace rookery::http {

Result<std::unique_ptr<boost::asio::ssl::context>> make_tls_context(const TlsOptions& options) {
    namespace ssl = boost::asio::ssl;
    auto context = std::make_unique<ssl::context>(ssl::context::tls_server);
    auto* const native = context->native_handle();

    const auto floor = options.floor == TlsFloor::v1_2 ? TLS1_2_VERSION : TLS1_3_VERSION;
    const bool set = SSL_CTX_set_min_proto_version(native, floor) == 1 &&
                     SSL_CTX_set_cipher_list(native, "ECDHE+AESGCM:ECDHE+CHACHA20") == 1 &&
                     SSL_CTX_set1_groups_list(native, "X25519:P-256:P-384") == 1;
    if (!set) return fail(Errc::internal, "OpenSSL refuses the TLS settings.");
    SSL_CTX_set_options(
        native,
        SSL_OP_CLEANSE_PLAINTEXT | SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION |
            SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA
    );
    SSL_CTX_set_session_cache_mode(native, SSL_SESS_CACHE_OFF);

    boost::system::error_code error;
    context->use_certificate_chain_file(options.certificate_file.string(), error);
    if (error) {
        return fail(
            Errc::io,
            options.certificate_file.string() +
                " cannot be read or holds no certificate chain in PEM form."
        );
    }
    ROOKERY_TRY(const auto key, read_private_key(options.key_file, options.key_kind));
    if (SSL_CTX_use_PrivateKey(native, key.get()) != 1 || SSL_CTX_check_private_key(native) != 1) {
        return fail(
            Errc::io,
            options.key_file.string() + " is not the key of the certificate in " +
                options.certificate_file.string() + "."
        );
    }
    return context;
}

}  // namespace rookery::http
