// What the vault keeps of a local bearer token: a keyed hash over its secret and everything that
// limits it, so that nobody who writes to the disk can mint a token, prolong one or hand it to
// another user. Thread-safe.
#pragma once

#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "base/secret.hpp"
#include "base/uuid.hpp"
#include "crypto/keyring.hpp"

#include <cstdint>

namespace rookery::crypto {

struct CredentialClaims {
    Uuid credential;
    Uuid user;
    Instant expires{};
    std::uint32_t counter = 0;  // the user's; raising it revokes all earlier tokens
};

class CredentialHasher {
 public:
    /// The keyring outlives it.
    explicit CredentialHasher(const Keyring& keyring) : keyring_(keyring) {}

    /// BLAKE2b-256(credential key, LP("sv1.cred") || vault id || credential || LP(secret) || user ||
    /// u64(expiry ms) || u32(counter)). Compare with constant_time_equal.
    [[nodiscard]] Digest hash(const CredentialClaims& claims, ByteView secret) const;
    [[nodiscard]] Digest hash(const CredentialClaims& claims, const SecretBytes& secret) const;

    [[nodiscard]] bool check(const CredentialClaims& claims, ByteView secret, const Digest& stored)
        const {
        return constant_time_equal(hash(claims, secret), stored);
    }

    [[nodiscard]] std::uint32_t key_version() const {
        return keyring_.active<Purpose::credential>().name.version;
    }

 private:
    const Keyring& keyring_;
};

}  // namespace rookery::crypto
