// A Pending keeps its reply to itself until it is durable.
// error: (is private within this context|is a private member)
#include "ledger/ledger.hpp"

namespace rookery::ledger {

std::unique_ptr<Reply> attempt([[maybe_unused]] Ledger& ledger, Pending pending) {
#ifdef ROOKERY_WRONG
    return std::move(pending.plan_.reply);
#else
    auto result = ledger.commit(std::move(pending));
    if (auto* receipt = std::get_if<Receipt>(&result)) return std::move(*receipt).take_reply();
    return nullptr;
#endif
}

}  // namespace rookery::ledger
