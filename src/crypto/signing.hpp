// Ed25519 (RFC 8032): the key that signs the log's checkpoints. It is not under the root key, because
// attempts to unseal are logged before the vault is open.
#pragma once

#include <filesystem>

#include "base/bytes.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "crypto/keys.hpp"

namespace rookery::crypto {

using PublicKey = ByteArray<32>;
using Signature = ByteArray<64>;

/// Signing is thread-safe.
class SigningKey {
 public:
    [[nodiscard]] static SigningKey from_seed(const SigningSeed& seed);
    /// The seed's file: the rules and errors of read_key_file.
    [[nodiscard]] static Result<SigningKey> load(const std::filesystem::path& path);
    /// A new seed file (mode 0400; Errc::in_use when the name exists) and its key.
    [[nodiscard]] static Result<SigningKey> create(const std::filesystem::path& path, Random& random);

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
