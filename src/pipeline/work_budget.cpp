#include "pipeline/work_budget.hpp"

#include "ledger/ledger.hpp"

namespace rookery::messages {

Error nobody_waits() { return {Errc::cancelled, "Nobody waits for the answer any more.", {}, {}}; }

Result<void> WorkBudget::spend(std::uint64_t units) {
    if (abandoned()) return fail(nobody_waits());
    if (units <= left_) {
        left_ -= units;
        return {};
    }
    left_ = 0;
    exhausted_ = true;
    if (again_) return fail(ledger::lost_races());
    return fail(
        Errc::too_expensive,
        "The query looks at too much. Narrow it by an owner, a lookup or an alternate key, or use "
        "fewer "
        "conditions on texts."
    );
}

}  // namespace rookery::messages
