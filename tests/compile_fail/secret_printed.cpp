// A secret has no way into a stream.
// error: (no match for .operator<<|invalid operands to binary expression)
#include "base/secret.hpp"

#include <ostream>

namespace rookery {

void attempt(std::ostream& out, const SecretBytes& secret) {
#ifdef ROOKERY_WRONG
    out << secret;
#else
    out << secret.size();
#endif
}

}  // namespace rookery
