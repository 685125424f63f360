// A secret has no way into a formatted text, so none into a log line.
// error: (Cannot format an argument|deleted function|deleted constructor|static.assert)
#include "base/secret.hpp"

#include <fmt/format.h>

#include <string>

namespace rookery {

std::string attempt(const SecretBytes& secret) {
#ifdef ROOKERY_WRONG
    return fmt::format("{}", secret);
#else
    return fmt::format("{}", secret.size());
#endif
}

}  // namespace rookery
