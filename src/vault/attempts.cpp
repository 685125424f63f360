#include "vault/attempts.hpp"

#include <utility>
#include <variant>

namespace rookery::messages {

bool Attempts::lost(const ledger::CommitResult& result) {
    may_have_turn_ = std::holds_alternative<ledger::Stale>(result);
    if (!may_have_turn_) return false;
    work_.again();
    if (made_ >= most) end();
    return true;
}

void Attempts::end() {
    if (std::exchange(may_have_turn_, false)) give_up_(since_);
}

}  // namespace rookery::messages
