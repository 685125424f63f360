// One request is committed once.
// error: (use of deleted function|call to deleted constructor)
#include "ledger/pending.hpp"

namespace rookery::ledger {

Pending attempt(Pending& pending) {
#ifdef ROOKERY_WRONG
    return pending;
#else
    return std::move(pending);
#endif
}

}  // namespace rookery::ledger
