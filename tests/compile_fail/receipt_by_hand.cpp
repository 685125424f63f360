// Only the ledger says that something is durable.
// error: (is private within this context|private constructor)
#include "ledger/pending.hpp"

namespace rookery::ledger {

std::unique_ptr<Reply> attempt(
    [[maybe_unused]] Receipt receipt, [[maybe_unused]] std::unique_ptr<Reply> reply
) {
#ifdef ROOKERY_WRONG
    Receipt forged(0, 0, std::move(reply));
    return std::move(forged).take_reply();
#else
    return std::move(receipt).take_reply();
#endif
}

}  // namespace rookery::ledger
