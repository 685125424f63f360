// Percent-encoding (RFC 3986 section 2.1) of everything but the unreserved characters, as it stands
// in URLs and in forms. What decodes is odata's: nothing else reads a URL.
#pragma once

#include "base/bytes.hpp"
#include "base/secret.hpp"

#include <string>
#include <string_view>

namespace rookery {

[[nodiscard]] std::string percent_encode(std::string_view text);
/// Byte by byte from secret memory into secret memory.
void append_percent_encoded(SecretBytes& out, ByteView bytes);

}  // namespace rookery
