// What counts as one source of failed logins. Called by the http service for each refused login.
#pragma once

#include "base/bytes.hpp"

namespace rookery::identity {

/// The bytes of an IPv4 address; of an IPv6 address the /64, since whoever has one address there has
/// them all. `address` is 4 or 16 bytes; anything else is no address, and a source of its own.
[[nodiscard]] ByteView login_source(ByteView address);

}  // namespace rookery::identity
