// == on secrets tells by its time where they differ.
// error: (use of deleted function|overload resolution selected deleted operator)
#include "base/secret.hpp"

namespace rookery {

bool attempt(const SecretBytes& a, const SecretBytes& b) {
#ifdef ROOKERY_WRONG
    return a == b;
#else
    return a.expose([&b](ByteView left) {
        return b.expose([left](ByteView right) { return constant_time_equal(left, right); });
    });
#endif
}

}  // namespace rookery
