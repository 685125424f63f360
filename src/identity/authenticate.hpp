// Request → Caller: who is calling, proved by a bearer token. Called by http for each request, and
// again for each new view that a request is planned on, so that a revoked credential or a disabled
// user is refused at the next request of a connection that stays open. Pure and thread-safe.
#pragma once

#include <optional>

#include "access/caller.hpp"
#include "access/facts.hpp"
#include "base/clock.hpp"
#include "base/http_message.hpp"
#include "base/result.hpp"
#include "crypto/credential_hasher.hpp"

namespace rookery::identity {

/// What a request shows of its sender. Without a refusal `caller` may act. With one it is for the
/// log only: it names a user if the secret was right (expired, revoked, disabled), else nobody.
struct Identified {
    access::Caller caller;
    std::optional<Error> refusal;
};

/// Exactly one Authorization header, `Bearer <token>`. An unknown credential costs the same time as a
/// known one with a wrong secret. `log_now` is checked against the expiry, which goes into
/// Caller::expires, because the ledger checks it again.
/// refusal: Errc::unauthenticated with one text whatever the cause; Errc::user_disabled for a right
/// token of a user who, or whose business unit, is disabled.
[[nodiscard]] Identified identify(
    const http::Request& request, const access::Facts& facts,
    const crypto::CredentialHasher& hasher, Instant log_now
);

/// The same for those who only want to know who may act.
[[nodiscard]] Result<access::Caller> authenticate(
    const http::Request& request, const access::Facts& facts,
    const crypto::CredentialHasher& hasher, Instant log_now
);

/// Of a credential, for the log: the first 8 bytes of SHA-256 of its id.
[[nodiscard]] ByteArray<8> fingerprint(const Uuid& credential);

}  // namespace rookery::identity
