// A std::string is never wiped: a secret does not become one.
// error: (no matching (function|conversion|constructor)|could not convert|no viable conversion)
#include "base/secret.hpp"

#include <string>

namespace rookery {

std::string attempt(const SecretBytes& secret) {
#ifdef ROOKERY_WRONG
    return std::string(secret);
#else
    return std::to_string(secret.size());
#endif
}

}  // namespace rookery
