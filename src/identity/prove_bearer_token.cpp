#include "identity/bearer_token.hpp"
#include "identity/credential_kind.hpp"

#include <cstdint>
#include <limits>

namespace rookery::identity {

Proof prove_bearer_token(const Shown& shown) {
    const auto token = parse(shown.text);
    if (!token) return {};
    // An unknown credential is hashed against a stored hash of zeros, so that time does not tell
    // which ids exist.
    static const access::Credential unknown{};
    const auto* const found = shown.facts.credential(token->credential);
    const auto& row = found != nullptr ? *found : unknown;
    const crypto::CredentialClaims claims{
        token->credential, row.user, row.expires, static_cast<std::uint32_t>(row.counter)};
    const bool matches = token->secret.expose([&](ByteView secret) {
        return shown.hasher.check(claims, secret, row.hash);
    });
    const bool proved =
        matches && found != nullptr && row.counter <= std::numeric_limits<std::uint32_t>::max();
    return proved ? Proof(AuthMethod::local_token, token->credential, row) : Proof();
}

}  // namespace rookery::identity
