// A secret has no way into a formatted text, so none into a log line.
// error: (Cannot format an argument|deleted function|deleted constructor|static.assert)
#include <fmt/format.h>

#include <string>

#include "base/secret.hpp"

namespace rookery {

std::string attempt(const SecretBytes& secret) {
#ifdef ROOKERY_WRONG
    return fmt::format("{}", secret);
#else
    return fmt::format("{}", secret.size());
#endif
}

}  // namespace rookery
