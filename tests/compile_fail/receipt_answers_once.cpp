// A Receipt gives its reply away with itself: no second answer from the same one.
// error: (discards qualifiers|ref-qualifier|as 'this' argument)
#include "ledger/pending.hpp"

namespace rookery::ledger {

std::unique_ptr<Reply> attempt(Receipt receipt) {
#ifdef ROOKERY_WRONG
    return receipt.take_reply();
#else
    return std::move(receipt).take_reply();
#endif
}

}  // namespace rookery::ledger
