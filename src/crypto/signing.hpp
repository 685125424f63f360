// Ed25519 (RFC 8032): the key that signs the log's checkpoints. Its seed is in the keyring, so a sealed
// vault signs nothing.
#pragma once

#include "base/bytes.hpp"
#include "base/secret.hpp"
#include "crypto/keys.hpp"

namespace rookery::crypto {

using PublicKey = ByteArray<32>;
using Signature = ByteArray<64>;

/// Signing is thread-safe.
class SigningKey {
 public:
    [[nodiscard]] static SigningKey from_seed(const SigningSeed& seed);

    [[nodiscard]] const PublicKey& public_key() const { return public_key_; }

    [[nodiscard]] Signature sign(ByteView message) const;

 private:
    SigningKey(SecretBytes secret, const PublicKey& public_key)
        : secret_(std::move(secret)), public_key_(public_key) {}

    SecretBytes secret_;  // seed || public key, as sodium wants it
    PublicKey public_key_;
};

/// False for any other message, key or signature, for non-canonical ones and for keys of low order.
[[nodiscard]] bool verify_signature(const PublicKey& key, ByteView message, ByteView signature);

}  // namespace rookery::crypto
