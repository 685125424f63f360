// A key has one owner; a copy has to be asked for by name.
// error: (use of deleted function|call to deleted constructor)
#include "crypto/keys.hpp"

namespace rookery::crypto {

Kek attempt(const Kek& key) {
#ifdef ROOKERY_WRONG
    return key;
#else
    return key.clone();
#endif
}

}  // namespace rookery::crypto
