#include "crypto/signing.hpp"

#include <sodium.h>

namespace rookery::crypto {

static_assert(crypto_sign_SEEDBYTES == SigningSeed::size);
static_assert(crypto_sign_PUBLICKEYBYTES == sizeof(PublicKey));
static_assert(crypto_sign_BYTES == sizeof(Signature));

SigningKey SigningKey::from_seed(const SigningSeed& seed) {
    SecretBytes secret(crypto_sign_SECRETKEYBYTES);
    PublicKey public_key{};
    secret.expose_mutable([&](std::span<std::uint8_t> out) {
        seed.expose([&](ByteView bytes) {
            crypto_sign_seed_keypair(public_key.data(), out.data(), bytes.data());
        });
    });
    return {std::move(secret), public_key};
}

Signature SigningKey::sign(ByteView message) const {
    Signature out{};
    secret_.expose([&](ByteView secret) {
        crypto_sign_detached(out.data(), nullptr, message.data(), message.size(), secret.data());
    });
    return out;
}

bool verify_signature(const PublicKey& key, ByteView message, ByteView signature) {
    return signature.size() == crypto_sign_BYTES &&
           crypto_sign_verify_detached(
               signature.data(), message.data(), message.size(), key.data()
           ) == 0;
}

}  // namespace rookery::crypto
