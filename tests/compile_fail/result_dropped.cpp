// A failure that nobody looks at does not compile.
// error: (ignoring returned value|ignoring return value)
#include "base/result.hpp"

namespace rookery {

Result<void> step();

Result<void> attempt() {
#ifdef ROOKERY_WRONG
    step();
#else
    ROOKERY_CHECK(step());
#endif
    return {};
}

}  // namespace rookery
