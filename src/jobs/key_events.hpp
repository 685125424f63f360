// key_event: what the log says of a key that a job changes.
#pragma once

#include "access/caller.hpp"
#include "audit/event.hpp"
#include "crypto/keyring.hpp"
#include "vault/vault.hpp"

#include <cstdint>

namespace rookery::jobs {

/// Of this version of a key, by the jobs' user.
[[nodiscard]] audit::Event key_event(
    const messages::Vault& vault, const access::Caller& caller, audit::Action action,
    crypto::Purpose purpose, std::uint32_t version
);

}  // namespace rookery::jobs
