// How whoever acts has shown who he is: the one list of it, for decisions and for the log.
#pragma once

#include <cstdint>

namespace rookery {

/// Codes reach the disk (docs/formats/audit-log.md): never changed, never reused.
enum class AuthMethod : std::uint8_t {
    none = 0,         // he has not
    local_token = 1,  // a bearer token of this vault
    jwt = 2,
    client_certificate = 3,
    local_socket = 4,
    internal = 5,  // a part of this process: SYSTEM, or a job with a user of its own
};

}  // namespace rookery
