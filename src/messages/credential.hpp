// rky_CreateCredential and rky_RevokeCredential: bearer tokens of users. A token's text exists once,
// in the reply that creates it; the vault keeps a keyed hash over all that limits it.
//
// A credential carries of its user's rights what its maker could give: two marks, plaintext and
// administration. Without one it acts as if its user lacked that, until somebody who could give it
// confirms it. One that somebody makes for himself never carries plaintext, and administration only if
// what he called with did.
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

/// The step's `before` is the credential: it carries, from now on, what the caller could give its user.
/// Errc: grant_unmask_denied when he could give nothing of it, access_denied for a credential of his own or
/// of his making, invalid_argument for one that has ended.
[[nodiscard]] Result<void> confirm_credential(Planning& planning, const Authorized& authorized);

}  // namespace rookery::messages
