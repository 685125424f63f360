#include "crypto/signing.hpp"

#include <sodium.h>

#include "crypto/key_file.hpp"

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

Result<SigningKey> SigningKey::load(const std::filesystem::path& path) {
    ROOKERY_TRY(const auto secret, read_key_file(path));
    return from_seed(secret.expose([](ByteView bytes) { return SigningSeed::copy_of(bytes); }));
}

Result<SigningKey> SigningKey::create(const std::filesystem::path& path, Random& random) {
    ROOKERY_CHECK(create_key_file(path, random));
    return load(path);
}

Signature SigningKey::sign(ByteView message) const {
    Signature out{};
    secret_.expose([&](ByteView secret) {
        crypto_sign_detached(
            out.data(), nullptr, message.data(), message.size(), secret.data()
        );
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
