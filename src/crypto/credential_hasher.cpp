#include "crypto/credential_hasher.hpp"

#include "crypto/hash.hpp"

namespace rookery::crypto {

Digest CredentialHasher::hash(const CredentialClaims& claims, ByteView secret) const {
    return KeyedHash(keyring_.active<Purpose::credential>().key)
        .lp("sv1.cred")
        .bytes(keyring_.vault().bytes)
        .bytes(claims.credential.bytes)
        .lp(secret)
        .bytes(claims.user.bytes)
        .u64(to_ms(claims.expires))
        .u32(claims.counter)
        .digest();
}

Digest CredentialHasher::hash(const CredentialClaims& claims, const SecretBytes& secret) const {
    return secret.expose([&](ByteView bytes) { return hash(claims, bytes); });
}

}  // namespace rookery::crypto
