// Who is calling: what identity proved about a request, and all that decisions know of it.
#pragma once

#include "base/auth_method.hpp"
#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "base/uuid.hpp"

namespace rookery::access {

struct Caller {
    Uuid user;  // nil: unauthenticated
    Uuid credential;
    AuthMethod method = AuthMethod::none;
    bool system = false;         // the SYSTEM user, which the vault alone acts as: no rule binds it
    ByteArray<8> fingerprint{};  // of the credential, for the log
    bool application = false;    // an application user (an agent)
    Instant expires = Instant::max();
    // What the credential carries of its user's rights: what its maker, or who confirmed it, could
    // have given. Without one the caller acts as if his user lacked it.
    bool plaintext = true;       // tokens in clear, and prvrkyGrantUnmask
    bool administration = true;  // what administers() names

    /// The user himself, whatever he calls with.
    [[nodiscard]] static Caller of(const Uuid& user) {
        Caller caller;
        caller.user = user;
        return caller;
    }
};

}  // namespace rookery::access
