// == on keys tells by its time where they differ.
// error: (use of deleted function|overload resolution selected deleted operator)
#include "crypto/keys.hpp"

namespace rookery::crypto {

bool attempt(const Kek& a, const Kek& b) {
#ifdef ROOKERY_WRONG
    return a == b;
#else
    return a.expose([&b](ByteView left) {
        return b.expose([left](ByteView right) { return constant_time_equal(left, right); });
    });
#endif
}

}  // namespace rookery::crypto
