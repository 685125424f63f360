// rky_CreateCredential and rky_RevokeCredential: bearer tokens of users. A token's text exists once,
// in the reply that creates it; the vault keeps a keyed hash over all that limits it.
#pragma once

#include "messages/authorized.hpp"
#include "messages/planning.hpp"

namespace rookery::messages {

inline constexpr std::chrono::seconds credential_lifetime_min{60};
inline constexpr std::chrono::seconds credential_lifetime_max{std::chrono::hours{24 * 366}};

/// Errc: out_of_range (lifetime), user_disabled.
[[nodiscard]] Result<CredentialReply> create_credential(
    Planning& planning, const CreateCredential& message, const Authorized& authorized
);

/// The step's `before` is the credential. Revoking what is revoked changes nothing.
[[nodiscard]] Result<void> revoke_credential(Planning& planning, const Authorized& authorized);

}  // namespace rookery::messages
