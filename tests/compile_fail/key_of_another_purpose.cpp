// A key cannot do another key's job.
// error: (could not convert|no viable (conversion|constructor)|no matching function|cannot convert|conversion from)
#include "crypto/keys.hpp"

namespace rookery::crypto {

Kek attempt([[maybe_unused]] Kek kek, [[maybe_unused]] RowKey row_key) {
#ifdef ROOKERY_WRONG
    return row_key;
#else
    return kek;
#endif
}

}  // namespace rookery::crypto
