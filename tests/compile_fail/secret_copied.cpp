// A secret has one owner; a copy has to be asked for by name.
// error: (use of deleted function|call to deleted constructor)
#include "base/secret.hpp"

namespace rookery {

SecretBytes attempt(const SecretBytes& secret) {
#ifdef ROOKERY_WRONG
    return secret;
#else
    return secret.clone();
#endif
}

}  // namespace rookery
