#include "pipeline/work_budget.hpp"

namespace rookery::messages {

Result<void> WorkBudget::spend(std::uint64_t units) {
    if (abandoned()) return fail(Errc::cancelled, "Nobody waits for the answer any more.");
    if (units <= left_) {
        left_ -= units;
        return {};
    }
    left_ = 0;
    exhausted_ = true;
    if (again_) {
        return fail(
            Errc::unavailable, "The request met too many concurrent changes.", "Try again."
        );
    }
    return fail(
        Errc::too_expensive,
        "The query looks at too much. Narrow it by an owner, a lookup or an alternate key, or use "
        "fewer "
        "conditions on texts."
    );
}

}  // namespace rookery::messages
