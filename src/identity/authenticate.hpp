// Who is calling, in two steps. `prove` looks at what a request carries, once: it takes the time that
// cryptography takes, and what can be used once only could not be proved twice. `admit` judges what was
// proved by the facts of one state of the vault, for each state that the request is planned on, so that
// a credential revoked or a user disabled meanwhile is refused. Pure and thread-safe.
#pragma once

#include "access/caller.hpp"
#include "access/facts.hpp"
#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "base/http_message.hpp"
#include "base/result.hpp"
#include "base/uuid.hpp"
#include "crypto/credential_hasher.hpp"
#include "identity/credential_kind.hpp"
#include "identity/proof.hpp"

#include <optional>
#include <span>

namespace rookery::identity {

/// The only Authorization header decides, by its scheme. An unknown credential costs the same time as a
/// known one with a wrong secret.
[[nodiscard]] Proof prove(
    const http::Request& request, const access::Facts& facts,
    const crypto::CredentialHasher& hasher, std::span<const CredentialKind> kinds = credential_kinds
);

/// Whom a request comes from. Without a refusal `caller` may act. With one it is for the log only: it
/// names a user if his credential was proved (expired, revoked, disabled), else nobody.
struct Sender {
    access::Caller caller;
    std::optional<Error> refusal;
    /// He may act, but not as he asks to (identity/impersonate.hpp); `caller` names both.
    std::optional<Error> denied = {};
};

/// `log_now` is checked against the expiry, which goes into Caller::expires, because the ledger checks
/// it again. What was proved of a credential that is not as it was then is proved no more.
/// refusal: Errc::unauthenticated with one text whatever the cause; Errc::user_disabled for a proved
/// credential of a user who, or whose business unit, is disabled.
[[nodiscard]] Sender admit(const Proof& proof, const access::Facts& facts, Instant log_now);

/// Of a credential, for the log: the first 8 bytes of SHA-256 of its id.
[[nodiscard]] ByteArray<8> fingerprint(const Uuid& credential);

}  // namespace rookery::identity
